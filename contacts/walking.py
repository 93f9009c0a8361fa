"""From record to record within the list that one came from: "4 of 18"."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Subquery
from django.http import QueryDict
from django.urls import reverse

from aesthetix.practices.models import Practice, Staff
from contacts.filters import Listing
from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from contacts.services.smart_lists import lists_of

COUNT_TO = 999


@dataclass(frozen=True)
class Walk:
    """Where a contact stands in a list, and who stands before and after it. `suffix` keeps the list in the addresses
    of the record."""

    label: str
    back: str
    suffix: str
    place: int
    total: int
    previous: int | None
    next: int | None

    @property
    def position(self) -> str:
        """`4 of 18`; empty where nobody counts that far."""
        return f"{self.place} of {self.total}" if self.total <= COUNT_TO else ""


def suffix_of(data: QueryDict) -> str:
    """The part of a record's address that names the list; empty without one."""
    kept = {name: data[name] for name in ("list", "in") if data.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def walk_of(contact: Contact, data: QueryDict, staff: Staff) -> Walk | None:
    """None without a list in the address, or for one that is not theirs."""
    if not suffix_of(data):
        return None
    pk = str(data.get("list", ""))
    kept = lists_of(staff).filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if pk and kept is None:
        return None
    query = data.get("in") or (kept.query if kept else "")
    listing = Listing.read(QueryDict(query), staff)
    path = reverse("contacts:kept_list", args=[kept.pk]) if kept else reverse("contacts:list")
    back = f"{path}?{listing.query}" if data.get("in") else path
    label = f"Smart List: {kept.name}" if kept else "Contacts, filtered"
    return Walk(label, back, suffix_of(data), *_around(contact, listing, staff))


def _around(contact: Contact, listing: Listing, staff: Staff) -> tuple[int, int, int | None, int | None]:
    """The place, how many there are, and the ids of the neighbours, in one statement."""
    rows: ContactQuerySet = listing.narrow(Contact.objects.for_staff(staff))
    sort = listing.sort
    before = rows.filter(sort.beyond(contact, backwards=True))
    following = rows.filter(sort.beyond(contact)).order_by(*sort.order())
    asked = (
        before.order_by(*sort.order()).reverse().count_to(COUNT_TO + 1),
        rows.order_by(*sort.order()).count_to(COUNT_TO + 1),
        Subquery(before.order_by(*sort.order()).reverse().values("pk")[:1]),
        Subquery(following.values("pk")[:1]),
    )
    above, total, previous, following_one = Practice.objects.filter(pk=staff.practice_id).values_list(*asked)[0]
    return above + 1, total, previous, following_one
