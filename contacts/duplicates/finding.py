"""Who could be the same person as these: asked of indexes, a few hundred contacts at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count
from django.db.models.functions import Lower
from rapidfuzz import fuzz, process

from aesthetix.practices.models import Practice
from contacts.duplicates.likeness import Likeness, Person, compare
from contacts.models import Contact, ContactPhone
from contacts.search import fold

# More records with one number or email than any family has: a switchboard, or something that was typed to fill a field.
MOST_SHARING = 30
# The same of a birthday, such as the first of January 1970. A practice of a million has forty of each day.
MOST_BORN = 2000
ROUGHLY = 60  # what is looked at more closely, of 100
Pair = tuple[int, int]


def find_pairs(practice: Practice, ids: Collection[int]) -> dict[Pair, Likeness]:
    """All pairs with at least one of these contacts, by (lower id, higher id)."""
    wanted = set(ids)
    candidates = {
        *_among(wanted, _by_number(practice, wanted)),
        *_among(wanted, _by_email(practice, wanted)),
        *_by_birthday(practice, wanted),
    }
    people = read_people(practice, {pk for pair in candidates for pk in pair})
    found = {pair: compare(people[pair[0]], people[pair[1]]) for pair in candidates if people.keys() >= set(pair)}
    return {pair: likeness for pair, likeness in found.items() if likeness}


def read_people(practice: Practice, ids: Collection[int]) -> dict[int, Person]:
    numbers: dict[int, list[str]] = defaultdict(list)
    for pk, number in (
        ContactPhone.objects.for_practice(practice).filter(contact__in=ids).values_list("contact_id", "number")
    ):
        numbers[pk].append(number)
    columns = ("pk", "first_name", "last_name", "email", "birthday")
    rows = Contact.objects.for_practice(practice).filter(pk__in=ids).values_list(*columns)
    return {pk: Person.of(pk, first, last, email, day, numbers[pk]) for pk, first, last, email, day in rows}


def person_of(contact: Contact) -> Person:
    """No query where `phones` are prefetched."""
    numbers = [phone.number for phone in contact.phones.all()]
    return Person.of(
        contact.pk, contact.first_name, contact.last_name, contact.email, contact.birthday, numbers=numbers
    )


def in_order(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _among(wanted: set[int], groups: Iterable[list[int]]) -> set[Pair]:
    return {
        in_order(one, other) for group in groups for one in group if one in wanted for other in group if one != other
    }


def _by_number(practice: Practice, wanted: set[int]) -> Iterable[list[int]]:
    phones = ContactPhone.objects.for_practice(practice)
    own = phones.filter(contact__in=wanted).values_list("number", flat=True)
    return _groups(phones.filter(number__in=list(own)), "number", "contact_id", MOST_SHARING)


def _by_email(practice: Practice, wanted: set[int]) -> Iterable[list[int]]:
    mailed = Contact.objects.for_practice(practice).exclude(email="").annotate(low=Lower("email"))
    own = mailed.filter(pk__in=wanted).values_list("low", flat=True)
    return _groups(mailed.filter(low__in=list(own)), "low", "pk", MOST_SHARING)


def _groups(rows: Any, by: str, pk: str, most: int) -> Iterable[list[int]]:
    """Those that several have, and not too many."""
    several = rows.order_by().values(by).annotate(n=Count("pk")).filter(n__gt=1, n__lte=most).values_list(by, flat=True)
    groups: dict[Any, list[int]] = defaultdict(list)
    for value, contact in rows.filter(**{f"{by}__in": list(several)}).values_list(by, pk):
        groups[value].append(contact)
    return groups.values()


def _by_birthday(practice: Practice, wanted: set[int]) -> set[Pair]:
    """Of those who were born on one day, the names that are roughly alike."""
    born = Contact.objects.for_practice(practice).filter(birthday__isnull=False)
    own = set(born.filter(pk__in=wanted).values_list("birthday", flat=True))
    rows = born.filter(birthday__in=own)
    busy = rows.order_by().values("birthday").annotate(n=Count("pk")).filter(n__gt=1, n__lte=MOST_BORN)
    names: dict[Any, dict[int, str]] = defaultdict(dict)
    columns = ("birthday", "pk", "first_name", "last_name")
    for day, pk, first, last in rows.filter(birthday__in=list(busy.values_list("birthday", flat=True))).values_list(
        *columns
    ):
        names[day][pk] = fold(f"{first} {last}")
    return {pair for group in names.values() for pair in _roughly_alike(group, wanted)}


def _roughly_alike(names: dict[int, str], wanted: set[int]) -> Iterable[Pair]:
    for pk in names.keys() & wanted:
        if names[pk].strip():
            # token_set: one may have only a part of the name
            near = process.extract(
                names[pk], names, scorer=fuzz.token_set_ratio, processor=None, score_cutoff=ROUGHLY, limit=None
            )
            yield from (in_order(pk, other) for _, _, other in near if other != pk)
