import pytest

from aesthetix.lib.rows import insert_once
from aesthetix.practices.scoping import UnscopedQuery
from contacts.models import Contact, Tag


@pytest.mark.parametrize("read", [list, lambda q: q.count(), lambda q: q.exists(), lambda q: q.first()])
def test_a_query_that_names_no_practice_raises(cast, read):
    with pytest.raises(UnscopedQuery):
        read(Contact.objects.filter(first_name="Grace"))


def test_excluding_a_practice_is_not_naming_one(cast):
    with pytest.raises(UnscopedQuery):
        Contact.objects.exclude(practice=cast.other).count()


def test_for_practice_sees_its_own_only(cast):
    assert list(Contact.objects.for_practice(cast.glow)) == [cast.grace]
    assert list(cast.grace.phones.all())


def test_assigned_only_staff_see_their_contacts_only(cast):
    assert list(Contact.objects.for_staff(cast.priya)) == [cast.grace]
    cast.grace.assigned_to = cast.jordan
    cast.grace.save()
    assert not Contact.objects.for_staff(cast.priya).exists()


def test_insert_once_has_one_winner(cast):
    first, second = (Tag(practice=cast.glow, name="VIP") for _ in range(2))
    assert insert_once(first)
    assert first.pk
    assert not insert_once(second)
    assert Tag.objects.for_practice(cast.glow).count() == 1
