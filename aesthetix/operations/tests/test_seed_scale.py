import pytest
from django.core.management import CommandError, call_command

from aesthetix.practices.models import Practice, Staff
from contacts.models import Contact, ContactPhone, FieldValue, Note, Task
from contacts.search import search_text
from conversations.kinds import load_items, with_messages
from conversations.models import Item, Thread

pytestmark = pytest.mark.django_db


def test_it_refuses_beside_another_practice_unless_told(cast):
    with pytest.raises(CommandError, match="holds another practice"):
        call_command("seed_scale", contacts=10)
    call_command("seed_scale", contacts=10, beside=True, verbosity=0)
    with pytest.raises(CommandError, match="there already"):
        call_command("seed_scale", contacts=10, beside=True)
    assert Contact.objects.for_practice(cast.glow).count() == 1


def test_what_it_writes_is_as_the_services_write_it(db):
    call_command("seed_scale", contacts=200, verbosity=0)
    practice = Practice.objects.get(slug="scale")
    people = Contact.objects.for_practice(practice)
    assert people.count() == 200
    for one in people.prefetch_related("phones"):
        numbers = [phone.number for phone in one.phones.all()]
        assert one.search_text == search_text(one.first_name, one.last_name, one.email, numbers)
    first = ContactPhone.objects.for_practice(practice).filter(is_shared=False).values_list("number", flat=True)
    assert len(set(first)) == len(first)
    items = load_items(with_messages(Item.objects.for_practice(practice)))
    assert 4 * 200 <= len(items) <= 7 * 200
    assert all(one.thing for one in items if one.item.kind != "system")
    assert all(model.objects.for_practice(practice).exists() for model in (Note, Task, FieldValue, Thread))


def test_life_goes_on_in_it(client, db):
    call_command("seed_scale", contacts=60, verbosity=0)
    practice = Practice.objects.get(slug="scale")
    client.force_login(Staff.objects.for_practice(practice).get(role="admin").user)
    one = Contact.objects.for_practice(practice).order_by("pk")[5]
    assert client.get(f"/contacts/{one.pk}/").status_code == 200
    assert client.get(f"/inbox/{one.pk}/").status_code == 200
    assert client.get("/contacts/?consent=text-no").status_code == 200
    new = Contact.objects.create(practice=practice, first_name="New")
    assert new.pk > one.pk
