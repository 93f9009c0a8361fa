"""The list of contacts: filters and kept lists in the address, search, and more rows as one scrolls."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aesthetix.audit import services as audit
from aesthetix.lib.phone import to_e164
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.bulk_actions import bulk_actions
from contacts.filters import Listing
from contacts.models import Contact, SmartList
from contacts.querysets import ContactQuerySet
from contacts.services.smart_lists import lists_of, may_change

PAGE = 50
TYPED = 25  # of what is found while somebody types
COUNT_TO = 10_000


@require_http_methods(["GET", "POST"])
def contact_list(request: PracticeRequest, pk: int | None = None) -> HttpResponse:
    """Searching is a POST: names and numbers must not stand in addresses, which logs and histories keep. So is
    filtering, which leads on to an address that says what is looked for in sealed words."""
    kept = get_object_or_404(lists_of(request.staff), pk=pk) if pk else None
    shown = Shown.of(request, kept)
    if "narrow" in request.POST and not shown.listing.form.errors:
        return redirect(f"{shown.path}?{shown.listing.query or 'cols='}")
    rows = shown.page(request.POST.get("after", ""))
    context = {"shown": shown, "rows": rows[: shown.size], "more": shown.more(rows)}
    if request.POST.get("after"):
        return render(request, "contacts/list_rows.html", context)
    audit.record(request.actor, "list", "contacts.contact")
    context |= _around(request, shown, rows)
    status = 422 if shown.listing.form.errors else 200
    template = "contacts/list_found.html" if wants_fragment(request) else "contacts/list.html"
    return render(request, template, context, status=status)


@dataclass(frozen=True)
class Shown:
    """One list as one person looks at it."""

    listing: Listing
    words: str
    kept: SmartList | None
    rows: ContactQuerySet

    @classmethod
    def of(cls, request: PracticeRequest, kept: SmartList | None) -> "Shown":
        """A kept list shows what it was kept with, unless the address says something else."""
        data = QueryDict(kept.query) if kept and not request.GET else request.GET
        data = request.POST if "narrow" in request.POST else data
        listing = Listing.read(data, request.staff, drawn=not wants_fragment(request))
        words = request.POST.get("q", "").strip()[:80]
        rows = listing.narrow(Contact.objects.for_staff(request.staff).matching(words))
        return cls(listing, words, kept, rows)

    @property
    def path(self) -> str:
        return reverse("contacts:kept_list", args=[self.kept.pk]) if self.kept else reverse("contacts:list")

    @property
    def address(self) -> str:
        """Where more of this list is asked for."""
        return f"{self.path}?{self.listing.query}" if self.listing.query else self.path

    @property
    def suffix(self) -> str:
        """What a record's address needs to lead on to the next of this list."""
        kept = {"list": self.kept.pk} if self.kept else {}
        other = {"in": self.listing.query} if self.listing.query and (self.is_changed or not self.kept) else {}
        return f"?{urlencode({**kept, **other})}" if kept or other else ""

    @property
    def is_changed(self) -> bool:
        return self.kept is not None and self.kept.query != self.listing.kept

    def page(self, cursor: str) -> list[Contact]:
        """One more than a page, to know whether there is more."""
        rows = self.following(cursor).select_related("assigned_to__user").prefetch_related("phones", "tags")
        return list(rows[: self.size + 1])

    def following(self, cursor: str) -> ContactQuerySet:
        """In the list's order, from the cursor on. One of another order begins anew."""
        sort = self.listing.sort
        rows = self.rows.order_by(*sort.order())
        beyond = sort.after(cursor) if cursor else None
        return rows if beyond is None else rows.filter(beyond)

    def more(self, rows: list[Contact]) -> str:
        return self.listing.sort.cursor_of(rows[self.size - 1]) if len(rows) > self.size else ""

    def count(self, rows: list[Contact]) -> int:
        """Up to one more than `count_to`. Of what is typed only the first page is counted: it is asked at each key."""
        if len(rows) <= self.size or self.words:
            return len(rows)
        return self.rows[: COUNT_TO + 1].count()

    @property
    def count_to(self) -> int:
        return TYPED if self.words else COUNT_TO

    @property
    def size(self) -> int:
        """Of a page."""
        return TYPED if self.words else PAGE


def _around(request: PracticeRequest, shown: Shown, rows: list[Contact]) -> dict[str, Any]:
    return {
        "number": to_e164(shown.words) if shown.words and not rows else None,
        "count": shown.count(rows),
        "count_to": shown.count_to,
        "bulk_actions": bulk_actions(),
        "lists": lists_of(request.staff),
        "may_change": shown.kept is not None and may_change(request.staff, shown.kept),
    }
