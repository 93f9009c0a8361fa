"""Settings → Business Profile. Other rooms add their cards to it (hooks.Panel)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.lib.stale import add_stale
from aesthetix.practices import hooks
from aesthetix.practices.forms.business_profile import HolidayForm, ProfileForm, WeekForm
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import BusinessHours, Holiday, Practice
from aesthetix.practices.services.profile import add_holiday, remove_holiday, replace_hours, update_profile
from aesthetix.web.forms import add_errors

WEEKDAYS = (1, 2, 3, 4)


@admin_required
@require_http_methods(["GET", "POST"])
def business_profile(request: PracticeRequest) -> HttpResponse:
    if request.method == "GET":
        return profile_page(request)
    form = ProfileForm(request.POST, instance=Practice.objects.get(pk=request.practice.pk))
    add_stale(form)
    if form.is_valid():
        try:
            update_profile(actor=request.actor, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "Profile saved.")
            return redirect("practices:business_profile")
    return profile_page(request, form=form, status=422)


@admin_required
@require_POST
def hours_save(request: PracticeRequest) -> HttpResponse:
    week = WeekForm(request.POST, BusinessHours.objects.for_practice(request.practice))
    if week.is_valid():
        shifts = week.copied(0, WEEKDAYS) if "copy_monday" in request.POST else week.shifts()
        try:
            replace_hours(actor=request.actor, shifts=shifts)
        except ValidationError as refused:
            week.error = " ".join(refused.messages)
        else:
            messages.success(request, "Business hours saved.")
            return redirect("practices:business_profile")
    return profile_page(request, week=week, status=422)


@admin_required
@require_POST
def holiday_add(request: PracticeRequest) -> HttpResponse:
    form = HolidayForm(request.POST)
    if form.is_valid():
        try:
            holiday = add_holiday(actor=request.actor, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"{holiday.name} is a holiday.")
            return redirect("practices:business_profile")
    return profile_page(request, holiday=form, status=422)


@admin_required
@require_POST
def holiday_remove(request: PracticeRequest, pk: int) -> HttpResponse:
    holiday = get_object_or_404(Holiday.objects.for_practice(request.practice), pk=pk)
    remove_holiday(actor=request.actor, holiday=holiday)
    messages.success(request, f"{holiday.name} is removed.")
    return redirect("practices:business_profile")


def profile_page(
    request: PracticeRequest,
    *,
    form: ProfileForm | None = None,
    week: WeekForm | None = None,
    holiday: HolidayForm | None = None,
    given: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, with whichever of its forms came back with errors."""
    practice = request.practice
    context = {
        "form": form or ProfileForm(instance=practice),
        "week": week or WeekForm(shifts=BusinessHours.objects.for_practice(practice)),
        "holiday_form": holiday or HolidayForm(),
        "holidays": Holiday.objects.for_practice(practice),
        "panels": hooks.render_panels("business-profile", request, practice, given),
    }
    return render(request, "practices/business_profile.html", context, status=status)
