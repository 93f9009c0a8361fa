"""Settings → API keys: a program's key to this practice, shown once."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import ApiKey


class ApiKeyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80, help_text="The program that uses it, such as “Website form”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=list(ApiKey.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose at least one."},
    )


@transaction.atomic
def issue_key(*, actor: Actor, name: str, scopes: list[str]) -> tuple[ApiKey, str]:
    """A new key, and its text that nobody can read again."""
    key, text = ApiKey.issue(practice=actor.practice, name=name, scopes=scopes, created_by=actor.staff)
    audit.record(actor, "create", key, changes={"scopes": ["", ", ".join(scopes)]})
    return key, text


@transaction.atomic
def revoke_key(*, actor: Actor, key: ApiKey) -> None:
    """The next request with it is refused. Twice changes nothing."""
    live = ApiKey.objects.for_practice(actor.practice).filter(pk=key.pk, revoked_at=None)
    if live.update(revoked_at=clock.now()):
        audit.record(actor, "delete", key)


@admin_required
@require_http_methods(["GET", "POST"])
def api_keys(request: PracticeRequest) -> HttpResponse:
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    new_key = ""
    if form.is_valid():
        _, new_key = issue_key(actor=request.actor, **form.cleaned_data)
        form = ApiKeyForm()
    keys = ApiKey.objects.for_practice(request.practice).select_related("created_by__user").order_by("-id")
    context = {"form": form, "keys": keys, "new_key": new_key, "scopes": ApiKey.SCOPES}
    return render(request, "web/api_keys.html", context, status=422 if form.errors else 200)


@admin_required
@require_POST
def api_key_revoke(request: PracticeRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.for_practice(request.practice), pk=pk)
    revoke_key(actor=request.actor, key=key)
    messages.success(request, f"The key “{key.name}” is revoked.")
    return redirect("web:api_keys")
