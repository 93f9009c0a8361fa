import pytest
from django.core.exceptions import ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from contacts.models import Tag
from contacts.services.tags import add_tag, remove_tag


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


def names(contact):
    return list(contact.tags.values_list("name", flat=True))


def test_a_tag_is_created_and_put_on_the_contact(cast, maya):
    add_tag(actor=maya, contact=cast.grace, name="  New   lead ")
    assert names(cast.grace) == ["New lead"]
    assert AuditEntry.objects.for_practice(cast.glow).get().action == "tag.added"


def test_adding_a_tag_twice_in_any_case_leaves_one_tag_and_one_event(cast, maya):
    add_tag(actor=maya, contact=cast.grace, name="VIP")
    add_tag(actor=maya, contact=cast.grace, name="vip")
    assert names(cast.grace) == ["VIP"]
    assert Tag.objects.for_practice(cast.glow).count() == 1
    assert Event.objects.for_practice(cast.glow).filter(type="contact.updated").count() == 1


def test_another_practice_keeps_its_own_tag_of_the_same_name(cast, maya):
    Tag.objects.create(practice=cast.other, name="VIP")
    assert add_tag(actor=maya, contact=cast.grace, name="VIP").practice == cast.glow


def test_removing_takes_the_tag_off_the_contact_only(cast, maya):
    add_tag(actor=maya, contact=cast.grace, name="VIP")
    remove_tag(actor=maya, contact=cast.grace, name="vip")
    remove_tag(actor=maya, contact=cast.grace, name="vip")
    assert names(cast.grace) == []
    assert Tag.objects.for_practice(cast.glow).count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_name_that_is_no_tag_is_refused(cast, maya, name):
    with pytest.raises(ValidationError):
        add_tag(actor=maya, contact=cast.grace, name=name)
