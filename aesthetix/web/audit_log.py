"""Settings → Audit log: who saw or changed what, newest first, page by page."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import ApiKey, Practice, Staff
from aesthetix.web.audit_words import KINDS, Told, in_words
from aesthetix.web.keyset import read_cursor, write_cursor
from aesthetix.web.live.visibility import visible_contacts

PAGE = 50
SYSTEM = "system"
EVERYBODY = [("", "Everybody")]
_export: list[str] = []


def offer_export(url_name: str) -> None:
    """The address, of a room above, that makes a file of the log: it is posted `query`, the filters."""
    _export[:] = [url_name]


class AuditFilter(forms.Form):
    """`who`: `s12` a member of staff, `k3` an API key, `system` for workflows and the like."""

    who = forms.ChoiceField(label="Who", required=False)
    what = forms.ChoiceField(label="What", required=False)
    contact = forms.IntegerField(label="Record number", required=False, min_value=1, max_value=2**62)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: QueryDict, practice: Practice) -> None:
        super().__init__(data)
        self.practice = practice
        kinds = ((slug, label) for slug, (label, _) in KINDS.items())
        self.fields["what"].choices = [("", "Everything"), *kinds]  # type: ignore[attr-defined]
        self.fields["who"].choices = [*EVERYBODY, *_actors(practice)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        for name in ("first", "last"):
            if (day := self.cleaned_data.get(name)) and not 1900 <= day.year <= 2999:
                self.add_error(name, "This day lies before 1900 or after 2999.")
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", "This day lies before the first one.")
        return self.cleaned_data

    def rows(self) -> QuerySet[AuditEntry]:
        """Newest first. Nothing for filters that cannot be read: without them it would be more."""
        rows: QuerySet[AuditEntry] = AuditEntry.objects.for_practice(self.practice).order_by("-at", "-id")
        if not self.is_valid():
            return rows.none()
        given, tz = self.cleaned_data, self.practice.tz
        if given["who"]:
            rows = rows.filter(_by(given["who"]))
        if given["what"]:
            rows = rows.filter(action__in=KINDS[given["what"]][1])
        if given["contact"]:
            rows = rows.filter(contact_id=given["contact"])
        if given["first"]:
            rows = rows.filter(at__gte=dt.datetime.combine(given["first"], dt.time.min, tz))
        if given["last"]:
            rows = rows.filter(at__lt=dt.datetime.combine(given["last"] + dt.timedelta(days=1), dt.time.min, tz))
        return rows


def older_than(rows: QuerySet[AuditEntry], cursor: tuple[dt.datetime, int] | None) -> QuerySet[AuditEntry]:
    """Those that follow, newest first. The first condition says nothing new, but tells the index where to begin."""
    if cursor is None:
        return rows
    at, pk = cursor
    return rows.filter(Q(at__lte=at) & (Q(at__lt=at) | Q(at=at, pk__lt=pk)))


@admin_required
@require_GET
def audit_log(request: PracticeRequest) -> HttpResponse:
    form = AuditFilter(request.GET, request.practice)
    page = list(older_than(form.rows(), read_cursor(request.GET.get("before", "")))[: PAGE + 1])
    context = {
        "form": form,
        "entries": for_eyes(request.staff, page[:PAGE]),
        "more": _older(request, page),
        "query": _filters(request.GET).urlencode(),
        "export": _export[0] if _export and request.staff.sees_all else "",
    }
    return render(request, "web/audit_log.html", context, status=422 if form.errors else 200)


def for_eyes(staff: Staff, entries: Iterable[AuditEntry]) -> list[Told]:
    """In words. What changed on records that this person may not see stays untold."""
    rows = list(entries)
    if staff.sees_all:
        return [in_words(entry) for entry in rows]
    seen = visible_contacts(staff, {row.contact_id for row in rows if row.contact_id})
    for row in rows:
        if row.contact_id and row.contact_id not in seen:
            row.contact_id, row.object_id, row.changes = None, "", {}
    return [in_words(entry) for entry in rows]


def _by(who: str) -> Q:
    if who == SYSTEM:
        return Q(staff=None, api_key=None)
    return Q(**{"staff" if who[0] == "s" else "api_key": int(who[1:])})


def _actors(practice: Practice) -> list[tuple[str, str]]:
    """Those who left as well, and keys that were revoked: what they did stays."""
    staff = Staff.objects.for_practice(practice).select_related("user").order_by("user__name")
    keys = ApiKey.objects.for_practice(practice).order_by("name")
    people = [(f"s{one.pk}", f"{one} (left)" if one.left_at else str(one)) for one in staff]
    return [*people, *((f"k{one.pk}", f"API key {one.name}") for one in keys), (SYSTEM, "The system itself")]


def _filters(data: QueryDict) -> QueryDict:
    query = data.copy()
    for name in set(query) - set(AuditFilter.base_fields):
        del query[name]
    return query


def _older(request: PracticeRequest, page: list[AuditEntry]) -> str:
    """The query of the next page, or nothing on the last."""
    if len(page) <= PAGE:
        return ""
    query = _filters(request.GET)
    query["before"] = write_cursor(page[PAGE - 1].at, page[PAGE - 1].pk)
    return query.urlencode()
