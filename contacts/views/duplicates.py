"""Contacts → Duplicates: pairs that may be one person, households apart, and "Not a duplicate"."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.duplicates.finding import person_of
from contacts.duplicates.likeness import Likeness, compare
from contacts.models import Contact, DuplicateLook, DuplicatePair
from contacts.services import duplicates
from contacts.services.merging import may_merge

PAGE, COUNT_TO = 25, 999
DUPLICATE, HOUSEHOLD = DuplicatePair.Kind.DUPLICATE, DuplicatePair.Kind.HOUSEHOLD
# What of the pairs is shown, by the word in the address.
SHOWN: dict[str, tuple[str, Q]] = {
    "": ("All", Q(kind=DUPLICATE)),
    "phone": ("Same phone", Q(kind=DUPLICATE, same_phone=True)),
    "email": ("Same email", Q(kind=DUPLICATE, same_email=True)),
    "name": ("Name and birthday", Q(kind=DUPLICATE, same_name=True)),
    "household": ("Household?", Q(kind=HOUSEHOLD)),
}


@dataclass(frozen=True)
class Row:
    """A pair as it reads now; the one that is longer with us stays by default."""

    pair: DuplicatePair
    likeness: Likeness

    @property
    def sides(self) -> list[Contact]:
        return sorted((self.pair.first, self.pair.second), key=lambda one: (one.unverified_caller, one.created_at))

    @property
    def compare_url(self) -> str:
        keep, other = self.sides
        return reverse("contacts:merge", args=[keep.pk, other.pk])


@require_GET
def duplicate_list(request: PracticeRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    pairs = duplicates.pairs_for(request.staff).filter(SHOWN[show][1], dismissed_at=None)
    found = page_of(pairs, request.GET.get("after", ""))
    more = f"{found[PAGE - 1].score}-{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    context = {"rows": rows_of(found[:PAGE]), "more": more, "show": show, "may_merge": may_merge(request.staff)}
    audit.record(request.actor, "list", "contacts.duplicatepair")
    if request.GET.get("after") and wants_fragment(request):
        return render(request, "contacts/duplicates/rows.html", context)
    return render(request, "contacts/duplicates/list.html", context | _around(request, pairs))


def _around(request: PracticeRequest, pairs: Any) -> dict[str, Any]:
    return {
        "tabs": [(word, label) for word, (label, _) in SHOWN.items()],
        "count": pairs[: COUNT_TO + 1].count(),
        "count_to": COUNT_TO,
        "looking": DuplicateLook.objects.for_practice(request.practice).filter(ids=[]).exists(),
    }


def page_of(pairs: Any, cursor: str) -> list[DuplicatePair]:
    """The strongest first; one more than a page, to know whether there is more."""
    score, _, pk = cursor.partition("-")
    if score.isdecimal() and pk.isdecimal() and len(score) < 5 and len(pk) < 19:
        pairs = pairs.filter(Q(score__lt=int(score)) | Q(score=int(score), id__lt=int(pk)))
    people = [f"{side}__{name}" for side in ("first", "second") for name in ("assigned_to__user",)]
    phones = ("first__phones", "second__phones")
    return list(pairs.order_by("-score", "-id").select_related(*people).prefetch_related(*phones)[: PAGE + 1])


def rows_of(pairs: list[DuplicatePair]) -> list[Row]:
    """Compared once more: what a worker has not come to yet is not shown as it was."""
    found = [(pair, compare(person_of(pair.first), person_of(pair.second))) for pair in pairs]
    return [Row(pair, likeness) for pair, likeness in found if likeness and likeness.kind == pair.kind]


@require_POST
def duplicate_dismiss(request: PracticeRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(duplicates.pairs_for(request.staff), pk=pk)
    duplicates.dismiss(actor=request.actor, pair=pair)
    offer_undo(request, "Kept as two records.", reverse("contacts:duplicate_restore", args=[pk]))
    return HttpResponse() if wants_fragment(request) else redirect("contacts:duplicates")


@require_POST
def duplicate_restore(request: PracticeRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(duplicates.pairs_for(request.staff), pk=pk)
    duplicates.restore(actor=request.actor, pair=pair)
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": reverse("contacts:duplicates")})
    return redirect("contacts:duplicates")
