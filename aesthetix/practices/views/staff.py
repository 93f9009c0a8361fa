"""Settings → My Staff: the list, a new person, Edit, and leaving."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.practices import hooks
from aesthetix.practices.accounts import FACTORS
from aesthetix.practices.forms.staff import AccessForm, LeaveForm, NewStaffForm, PersonForm
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import Staff
from aesthetix.practices.services.second_factor import reset_second_factor, tell_person
from aesthetix.practices.services.staff import (
    ACCESS_FIELDS,
    add_staff,
    change_access,
    change_person,
    mark_left,
    may_be_renamed,
)
from aesthetix.practices.services.welcome import send_welcome
from aesthetix.web.forms import add_errors


@admin_required
@require_GET
def staff_list(request: PracticeRequest) -> HttpResponse:
    members = Staff.objects.for_practice(request.practice).select_related("user").order_by("user__name")
    here = [member for member in members if member.left_at is None]
    left = [member for member in members if member.left_at is not None]
    return render(request, "practices/staff_list.html", {"here": here, "left": left})


@admin_required
@require_http_methods(["GET", "POST"])
def staff_add(request: PracticeRequest) -> HttpResponse:
    form = NewStaffForm(request.POST or None)
    if form.is_valid():
        try:
            member = add_staff(actor=request.actor, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            _welcome(request, member)
            return redirect("practices:staff_edit", pk=member.pk)
    return render(request, "practices/staff_add.html", {"form": form}, status=422 if form.errors else 200)


@admin_required
@require_http_methods(["GET", "POST"])
def staff_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    if request.method == "GET":
        return staff_page(request, member)
    form = AccessForm(request.POST)
    if form.is_valid():
        try:
            change_access(actor=request.actor, member=member, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"Access of {member} saved.")
            return redirect("practices:staff_edit", pk=pk)
    return staff_page(request, member, access=form, status=422)


@admin_required
@require_POST
def staff_person(request: PracticeRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            change_person(actor=request.actor, member=member, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "Name and email saved.")
            return redirect("practices:staff_edit", pk=pk)
    return staff_page(request, member, person=form, status=422)


@admin_required
@require_POST
def staff_welcome(request: PracticeRequest, pk: int) -> HttpResponse:
    _welcome(request, _member(request, pk))
    return redirect("practices:staff_edit", pk=pk)


@admin_required
@require_POST
def staff_factor_reset(request: PracticeRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    try:
        reset_second_factor(actor=request.actor, member=member)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        tell_person(member)
        messages.success(request, f"{member} signs in with the password alone now, and was told by mail.")
    return redirect("practices:staff_edit", pk=pk)


@admin_required
@require_http_methods(["GET", "POST"])
def staff_leave(request: PracticeRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = LeaveForm(request.POST if request.method == "POST" else None, member=member)
    if form.is_valid():
        try:
            mark_left(actor=request.actor, member=member, heir=form.cleaned_data["heir"])
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"{member} has left. Their calls stay in the conversations.")
            return redirect("practices:staff")
    context = {"form": form, "member": member, "holdings": hooks.holdings_of(member)}
    return render(request, "practices/staff_leave.html", context, status=422 if form.errors else 200)


def staff_page(
    request: PracticeRequest,
    member: Staff,
    *,
    access: AccessForm | None = None,
    person: PersonForm | None = None,
    given: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole Edit page, with whichever of its forms came back with errors."""
    context = {
        "member": member,
        "access_form": access or AccessForm(initial={name: getattr(member, name) for name in ACCESS_FIELDS}),
        "person_form": person or PersonForm(initial={"name": member.user.name, "email": member.user.email}),
        "may_be_renamed": may_be_renamed(member),
        "has_second_factor": Authenticator.objects.filter(user=member.user, type__in=FACTORS).exists(),
        "panels": hooks.render_panels("staff", request, member, given),
    }
    return render(request, "practices/staff_edit.html", context, status=status)


def _member(request: PracticeRequest, pk: int) -> Staff:
    """Somebody who works here now; who left is added again, not edited."""
    members = Staff.objects.for_practice(request.practice).filter(left_at=None).select_related("user", "practice")
    member: Staff = get_object_or_404(members, pk=pk)
    return member


def _welcome(request: PracticeRequest, member: Staff) -> None:
    if send_welcome(actor=request.actor, member=member):
        messages.success(request, f"A mail is on its way to {member.user.email}.")
    else:
        messages.warning(request, f"The mail server did not take the mail to {member.user.email}. Send it again later.")
