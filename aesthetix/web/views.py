"""The pages of the shell itself: start, account, alerts, command search, switching the practice."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.events import notifications
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import Alert
from aesthetix.practices.services.account import set_single_keys, switch_practice
from aesthetix.practices.services.alerts import mark_seen
from aesthetix.web import nav
from aesthetix.web import search as command_search
from aesthetix.web.context import bell_count, told_to
from aesthetix.web.counts import counts_of
from aesthetix.web.digest import choose_mail
from aesthetix.web.forms import AccountForm, MailForm
from aesthetix.web.http import wants_fragment


@require_GET
def home(request: PracticeRequest) -> HttpResponse:
    links = nav.rail_links(request.staff, "")
    return redirect(links[0].url if links else "web:account")


@require_GET
def settings_home(request: PracticeRequest) -> HttpResponse:
    """Settings open on the first page that this person may see."""
    for links in nav.settings_links(request.staff, "").values():
        return redirect(links[0].url)
    raise PermissionDenied("Your role in this practice does not include any settings.")


@require_POST
def practice_switch(request: PracticeRequest) -> HttpResponse:
    wanted = request.POST.get("practice", "")
    known = wanted.isdecimal() and len(wanted) < 19
    practice = switch_practice(user=request.user, practice_id=int(wanted)) if known else None
    if practice is None:
        raise Http404
    messages.success(request, f"You now work in {practice.name}.")
    return redirect("web:home")


@require_http_methods(["GET", "POST"])
def account(request: PracticeRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = AccountForm(data, initial={"single_key_shortcuts": request.user.single_key_shortcuts})
    if form.is_valid():
        set_single_keys(user=request.user, on=form.cleaned_data["single_key_shortcuts"])
        messages.success(request, "Saved.")
        return redirect("web:account")
    return render(request, "web/account.html", {"form": form})


@require_GET
def alerts(request: PracticeRequest) -> HttpResponse:
    """What a person was told; for admins also what the practice should repair."""
    return render(request, "web/alerts.html", _told(request, MailForm(initial=_mail_choice(request))))


@require_POST
def mail_choice(request: PracticeRequest) -> HttpResponse:
    form = MailForm(request.POST)
    if not form.is_valid():
        return render(request, "web/alerts.html", _told(request, form), status=422)
    choose_mail(actor=request.actor, choice=form.cleaned_data["choice"])
    messages.success(request, "Saved.")
    return redirect("web:alerts")


def _mail_choice(request: PracticeRequest) -> dict[str, str]:
    return {"choice": notifications.mail_choice_of(request.staff)}


def _told(request: PracticeRequest, form: MailForm) -> dict[str, Any]:
    context: dict[str, Any] = {"told": told_to(request.staff), "form": form}
    if request.staff.is_admin:
        rows = Alert.objects.for_practice(request.practice).select_related("seen_by__user").order_by("-created_at")
        context["unseen"] = list(rows.filter(seen_at=None)[:100])
        context["seen"] = list(rows.exclude(seen_at=None).order_by("-seen_at")[:20])
    return context


@require_GET
def bell(request: PracticeRequest) -> HttpResponse:
    return render(request, "web/parts/bell.html", {"alert_count": bell_count(request.staff, counts_of(request))})


@require_POST
def notification_seen(request: PracticeRequest, pk: int) -> HttpResponse:
    """And on to what it is about, where it says."""
    if not notifications.mark_seen(request.staff, pk):
        raise Http404
    target = request.POST.get("next", "")
    return redirect(target if target.startswith("/contacts/") else "web:alerts")


@require_POST
def notifications_seen(request: PracticeRequest) -> HttpResponse:
    notifications.mark_all_seen(request.staff)
    return redirect("web:alerts")


@admin_required
@require_POST
def alert_seen(request: PracticeRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(Alert.objects.for_practice(request.practice), pk=pk)
    mark_seen(actor=request.actor, alert=alert)
    return redirect("web:alerts")


@require_http_methods(["GET", "POST"])
def search(request: PracticeRequest) -> HttpResponse:
    """Words come by POST: names and numbers must not stand in addresses, which logs and histories keep."""
    words = request.POST.get("q", "").strip()[:80]
    template = "web/parts/found.html" if wants_fragment(request) else "web/search.html"
    groups = command_search.find(request.staff, words)
    if any(hit.person for hits in groups.values() for hit in hits):
        audit.record(request.actor, "list", "contacts.contact")
    return render(request, template, {"words": words, "groups": groups})
