"""Settings → Audit log → Export as CSV."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aesthetix.practices.http import PracticeRequest, admin_required
from contacts.services.audit_export import start_audit_export


@admin_required
@require_POST
def audit_export(request: PracticeRequest) -> HttpResponse:
    """The log tells of every patient: only for admins who see all of them."""
    if not request.staff.sees_all:
        raise PermissionDenied("The audit log tells of every patient. Only admins with all data can export it.")
    try:
        job = start_audit_export(actor=request.actor, query=request.POST.get("query", "")[:2000])
    except ValueError:
        messages.error(request, "These filters cannot be read. Look at the list again.")
        return redirect("web:audit_log")
    return redirect("contacts:job", job.pk)
