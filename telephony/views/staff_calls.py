"""The Call & Voicemail Settings card of My Staff → Edit."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from aesthetix.lib.stale import add_stale
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import Staff
from aesthetix.practices.views.staff import staff_page
from aesthetix.web.forms import add_errors
from telephony.forms.staff_calls import StaffCallForm
from telephony.models import StaffCallSettings
from telephony.services.staff_settings import effect_in_words, save_staff_settings


@admin_required
@require_POST
def staff_calls_save(request: PracticeRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = StaffCallForm(request.POST, request.FILES, instance=_settings_of(member))
    add_stale(form)
    if form.is_valid():
        try:
            save_staff_settings(actor=request.actor, settings=form.instance, **form.greeting_change())
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"Call settings of {member} saved.")
            return redirect("practices:staff_edit", pk=pk)
    # Fresh from the database: the form has put its refused values onto this one.
    return staff_page(request, _member(request, pk), given={"calls": {"form": form}}, status=422)


@admin_required
@require_POST
def staff_calls_preview(request: PracticeRequest, pk: int) -> HttpResponse:
    form = StaffCallForm(request.POST, instance=_settings_of(_member(request, pk)))
    form.full_clean()
    return render(request, "telephony/_staff_effect.html", {"effect": effect_in_words(form.instance)})


def call_settings_card(request: PracticeRequest, member: Staff) -> dict[str, Any]:
    settings = _settings_of(member)
    return {
        "form": StaffCallForm(instance=settings),
        "member": member,
        "greeting": settings.greeting,
        "effect": effect_in_words(settings),
    }


def _member(request: PracticeRequest, pk: int) -> Staff:
    members = Staff.objects.for_practice(request.practice).filter(left_at=None)
    member: Staff = get_object_or_404(members.select_related("user", "practice", "call_settings__greeting"), pk=pk)
    return member


def _settings_of(member: Staff) -> StaffCallSettings:
    """Theirs, or the defaults where nothing was saved yet."""
    return getattr(member, "call_settings", None) or StaffCallSettings(staff=member)
