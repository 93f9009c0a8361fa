"""The account and its telephone numbers, with the webhook addresses that each of them calls."""

from typing import Any

from telephony.carriers.base import AccountInfo, CarrierNumber, Webhook, Webhooks
from telephony.carriers.twilio.client import client_for
from telephony.models import CarrierAccount

LISTING_LIMIT = 1000
# Our names → Twilio's, for the URL and for its method.
FIELDS = {
    "voice": ("voice_url", "voice_method"),
    "voice_fallback": ("voice_fallback_url", "voice_fallback_method"),
    "status": ("status_callback", "status_callback_method"),
    "sms": ("sms_url", "sms_method"),
    "sms_fallback": ("sms_fallback_url", "sms_fallback_method"),
}


def fetch_account(account: CarrierAccount) -> AccountInfo:
    """The account's standing (`active`, `suspended`, `closed`): also the test of its credentials."""
    found = client_for(account).api.v2010.accounts(account.account_sid).fetch()
    return AccountInfo(sid=str(found.sid), status=str(found.status), is_trial=found.type == "Trial")


def list_numbers(account: CarrierAccount) -> list[CarrierNumber]:
    """Every number of the account, up to a thousand."""
    return [_number(row) for row in client_for(account).incoming_phone_numbers.list(limit=LISTING_LIMIT)]


def update_number(account: CarrierAccount, sid: str, webhooks: Webhooks) -> CarrierNumber:
    """Point a number's calls and texts at `webhooks`."""
    fields: dict[str, str] = {}
    for name, (url, method) in FIELDS.items():
        webhook: Webhook = getattr(webhooks, name)
        fields |= {url: webhook.url, method: webhook.method}
    return _number(client_for(account).incoming_phone_numbers(sid).update(**fields))


def _number(row: Any) -> CarrierNumber:
    can = row.capabilities or {}
    return CarrierNumber(
        sid=str(row.sid),
        number=str(row.phone_number),
        label=str(row.friendly_name or ""),
        webhooks=Webhooks(**{name: _webhook(row, *fields) for name, fields in FIELDS.items()}),
        voice_app=row.voice_application_sid or "",
        sms_app=row.sms_application_sid or "",
        trunk=row.trunk_sid or "",
        has_voice=bool(can.get("voice", True)),
        has_sms=bool(can.get("sms", True)),
    )


def _webhook(row: Any, url: str, method: str) -> Webhook:
    return Webhook(getattr(row, url) or "", (getattr(row, method) or "POST").upper())
