"""Settings → Audit log: who saw or changed what, newest first, page by page."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web import audit_words

PAGE = 50


class AuditFilter(forms.Form):
    actor = forms.CharField(label="Who", required=False, max_length=120)
    action = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *audit_words.DONE.items()])
    contact = forms.IntegerField(label="Record number", required=False, min_value=1)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@admin_required
@require_GET
def audit_log(request: PracticeRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    rows = AuditEntry.objects.for_practice(request.practice).order_by("-id")
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("actor"):
        rows = rows.filter(actor__icontains=wanted["actor"])
    if wanted.get("action"):
        rows = rows.filter(action=wanted["action"])
    if wanted.get("contact"):
        rows = rows.filter(contact_id=wanted["contact"])
    if wanted.get("before"):
        rows = rows.filter(pk__lt=wanted["before"])
    page = list(rows[: PAGE + 1])
    context = {
        "form": form,
        "entries": [audit_words.in_words(entry) for entry in page[:PAGE]],
        "more": _older(request, page),
    }
    return render(request, "web/audit_log.html", context, status=422 if form.errors else 200)


def _older(request: PracticeRequest, page: list[AuditEntry]) -> str:
    """The query of the next page, or nothing on the last."""
    if len(page) <= PAGE:
        return ""
    query = request.GET.copy()
    query["before"] = str(page[PAGE - 1].pk)
    return query.urlencode()
