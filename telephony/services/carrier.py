"""The practice's carrier account: its credentials, and whether its numbers call us."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from aesthetix.practices.roles import require_admin
from telephony.carriers.base import CarrierNumber, ProviderPermanent, ProviderTemporary, Webhook
from telephony.carriers.twilio import numbers, setup
from telephony.models import CarrierAccount, Line
from telephony.services.profile import load_profile, touch

SID = RegexValidator(
    r"^AC[0-9a-fA-F]{32}$", "An account SID is AC and 32 letters and digits. Copy it from the console."
)
TOKEN = RegexValidator(r"^[0-9a-fA-F]{32}$", "An auth token is 32 letters and digits. Copy the primary one.")
HIDDEN = "(hidden)"
UNREACHABLE = "The carrier cannot be reached. Nothing was changed. Try again in a minute."


def account_of(practice: Practice) -> CarrierAccount | None:
    return CarrierAccount.objects.filter(practice=practice).first()


def save_credentials(*, actor: Actor, account_sid: str, auth_token: str) -> CarrierAccount:
    """Keep the account SID and its primary auth token, after the carrier has accepted them: a wrong token
    would refuse every webhook. An empty token keeps the one that is there.

    Raises ValidationError, keyed by field. Calls the carrier: not inside a transaction.
    """
    require_admin(actor)
    before = account_of(actor.practice)
    account = _candidate(actor.practice, before, account_sid, auth_token)
    _refuse_bad_credentials(account)
    _store(actor, before, account)
    return account


def store_account(*, actor: Actor, account_sid: str, auth_token: str, base_url: str | None = None) -> CarrierAccount:
    """As `save_credentials`, without asking the carrier: set-up from the command line, perhaps offline.
    `base_url` is where a carrier other than Twilio listens; None keeps what is stored for this account.
    Storing the same again changes nothing. Raises ValidationError keyed by field."""
    require_admin(actor)
    before = account_of(actor.practice)
    _check_shapes(account_sid, auth_token)
    account = _candidate(actor.practice, before, account_sid, auth_token)
    account.base_url = account.base_url if base_url is None else base_url
    if before is None or before.base_url != account.base_url or _changes(before, account):
        _store(actor, before, account)
    return account


def _check_shapes(account_sid: str, auth_token: str) -> None:
    for field, validator, value in (("account_sid", SID, account_sid), ("auth_token", TOKEN, auth_token)):
        try:
            validator(value)
        except ValidationError as refused:
            raise ValidationError({field: refused}) from None


@transaction.atomic
def _store(actor: Actor, before: CarrierAccount | None, account: CarrierAccount) -> None:
    account.checked_at, account.check_report = None, []
    account.save()
    record(actor, "change" if before else "create", account, changes=_changes(before, account))
    # The fallback checks signatures without the database: its copy of the token must be the new one.
    touch(actor.practice)
    transaction.on_commit(lambda: load_profile(actor.practice) and None)


def _candidate(practice: Practice, before: CarrierAccount | None, sid: str, token: str) -> CarrierAccount:
    same = before is not None and before.account_sid == sid
    if not token and not same:
        raise ValidationError({"auth_token": "Enter the auth token of this account."}, code="required")
    account = CarrierAccount(practice=practice, account_sid=sid, auth_token=token)
    if before is not None:
        account.pk = before.pk
        account.auth_token = token or before.auth_token
        # Another account is Twilio's; the Phone Lab's address stays with the Phone Lab's account only.
        account.base_url = before.base_url if same else ""
    if CarrierAccount.objects.filter(account_sid=sid).exclude(practice=practice).exists():
        message = "Another practice uses this account. Each practice needs a Twilio subaccount of its own."
        raise ValidationError({"account_sid": message}, code="unique")
    return account


def _refuse_bad_credentials(account: CarrierAccount) -> None:
    try:
        numbers.fetch_account(account)
    except ProviderPermanent as error:
        raise ValidationError({"auth_token": f"{error.reason} Nothing was changed."}, code="refused") from None
    except ProviderTemporary:
        raise ValidationError(UNREACHABLE, code="unreachable") from None


def _changes(before: CarrierAccount | None, account: CarrierAccount) -> dict[str, list[str]]:
    """Which field changed. Never the token; of the SID the last four characters."""
    changes = {}
    if before is None or before.account_sid != account.account_sid:
        changes["account_sid"] = [_tail(before.account_sid) if before else "", _tail(account.account_sid)]
    if before is None or before.auth_token != account.auth_token:
        changes["auth_token"] = [HIDDEN if before else "", HIDDEN]
    old_address = before.base_url if before else ""
    if old_address != account.base_url:
        changes["base_url"] = [old_address, account.base_url]
    return changes


def _tail(sid: str) -> str:
    return f"…{sid[-4:]}"


def check_setup(account: CarrierAccount) -> list[dict[str, Any]]:
    """Compare the account with what our lines need, and keep the report.

    Raises ProviderTemporary when the carrier cannot be reached; the last report then stays.
    """
    findings = setup.check(account, _lines(account))
    report = [finding.as_json() for finding in findings]
    account.check_report = report
    account.checked_at = clock.now()
    account.save(update_fields=["check_report", "checked_at"])
    return report


def fix_setup(*, actor: Actor, account: CarrierAccount) -> int:
    """Point the lines' numbers at us where they are not, then check again; how many numbers were changed.

    Raises ProviderTemporary, ProviderUnknown or ProviderPermanent; what was changed until then is kept
    and audited. Repeating it is safe.
    """
    require_admin(actor)
    changed = 0
    for fix in setup.fix(account, _lines(account)):
        with transaction.atomic():
            Line.objects.for_practice(actor.practice).filter(pk=fix.line.pk).update(provider_sid=fix.after.sid)
            record(actor, "change", fix.line, changes=_url_changes(fix))
        changed += 1
    check_setup(account)
    return changed


def _url_changes(fix: setup.Fix) -> dict[str, list[str]]:
    pairs = {label: [_said(fix.before, name), _said(fix.after, name)] for name, label in setup.LABELS.items()}
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def _said(number: CarrierNumber, name: str) -> str:
    webhook: Webhook = getattr(number.webhooks, name)
    return f"{webhook.method} {setup.shown(webhook.url)}"


def _lines(account: CarrierAccount) -> list[Line]:
    return list(Line.objects.for_practice(account.practice).order_by("-is_default_outbound", "name", "id"))
