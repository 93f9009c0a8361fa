"""Settings → Carrier: the account's credentials, and whether its numbers call us."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest, admin_required
from telephony.carriers.base import ProviderPermanent, ProviderTemporary, ProviderUnknown
from telephony.carriers.twilio import setup
from telephony.forms.carrier import CredentialsForm
from telephony.models import CarrierAccount
from telephony.services import carrier

INTERRUPTED = "The carrier did not answer. Some lines may have been changed already. Run the check again."


@admin_required
@sensitive_post_parameters("auth_token")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def carrier_settings(request: PracticeRequest) -> HttpResponse:
    account = carrier.account_of(request.practice)
    form = CredentialsForm(request.POST or None, account=account)
    if form.is_valid() and _saved(request, form):
        messages.success(request, "Credentials saved. The carrier accepted them.")
        return redirect("telephony:carrier")
    context = {"form": form, "account": account, "webhooks": _webhooks(), **_report(account)}
    return render(request, "telephony/settings/carrier.html", context, status=422 if form.errors else 200)


def _saved(request: PracticeRequest, form: CredentialsForm) -> bool:
    try:
        carrier.save_credentials(actor=request.actor, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _webhooks() -> list[tuple[str, str]]:
    expected = setup.expected_webhooks()
    return [(label, getattr(expected, name).url) for name, label in setup.LABELS.items()]


def _report(account: CarrierAccount | None) -> dict[str, Any]:
    findings = account.check_report if account else []
    return {
        "report": [_group(about, list(rows)) for about, rows in groupby(findings, key=itemgetter("about"))],
        "wrong": sum(each["verdict"] == setup.Verdict.WRONG for each in findings),
        "fixable": len({each["about"] for each in findings if each["fixable"]}),
    }


def _group(about: str, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """What needs reading of one line; what is right is only counted."""
    remarks = [each for each in findings if each["verdict"] != setup.Verdict.OK]
    return {"about": about, "findings": remarks, "right": len(findings) - len(remarks)}


@admin_required
@require_POST
def carrier_check(request: PracticeRequest) -> HttpResponse:
    account = get_object_or_404(CarrierAccount, practice=request.practice)
    try:
        report = carrier.check_setup(account)
    except ProviderTemporary:
        messages.error(request, carrier.UNREACHABLE)
    else:
        wrong = sum(each["verdict"] == setup.Verdict.WRONG for each in report)
        messages.success(request, f"Checked. {wrong} to correct." if wrong else "Checked. Nothing to correct.")
    return redirect("telephony:carrier")


@admin_required
@require_POST
def carrier_fix(request: PracticeRequest) -> HttpResponse:
    account = get_object_or_404(CarrierAccount, practice=request.practice)
    try:
        changed = carrier.fix_setup(actor=request.actor, account=account)
    except (ProviderTemporary, ProviderUnknown):
        messages.error(request, INTERRUPTED)
    except ProviderPermanent as error:
        messages.error(request, error.reason)
    else:
        messages.success(request, f"{changed} {'line was' if changed == 1 else 'lines were'} pointed here.")
    return redirect("telephony:carrier")
