"""The account and its telephone numbers, with the webhook addresses that each of them calls."""

from typing import Any

from telephony.carriers.base import AccountInfo, CarrierNumber, WebhookUrls
from telephony.carriers.twilio.client import client_for
from telephony.models import CarrierAccount

LISTING_LIMIT = 1000


def fetch_account(account: CarrierAccount) -> AccountInfo:
    """The account's standing (`active`, `suspended`, `closed`): also the test of its credentials."""
    found = client_for(account).api.v2010.accounts(account.account_sid).fetch()
    return AccountInfo(sid=str(found.sid), status=str(found.status), is_trial=found.type == "Trial")


def list_numbers(account: CarrierAccount) -> list[CarrierNumber]:
    """Every number of the account, up to a thousand."""
    return [_number(row) for row in client_for(account).incoming_phone_numbers.list(limit=LISTING_LIMIT)]


def update_number(account: CarrierAccount, sid: str, urls: WebhookUrls) -> CarrierNumber:
    """Point a number's calls and texts at us. An application on the number would override its
    addresses, so it is taken off."""
    row = (
        client_for(account)
        .incoming_phone_numbers(sid)
        .update(
            voice_url=urls.voice,
            voice_method="POST",
            voice_fallback_url=urls.voice_fallback,
            voice_fallback_method="POST",
            status_callback=urls.status,
            status_callback_method="POST",
            sms_url=urls.sms,
            sms_method="POST",
            sms_fallback_url=urls.sms_fallback,
            sms_fallback_method="POST",
            voice_application_sid="",
            sms_application_sid="",
        )
    )
    return _number(row)


def _number(row: Any) -> CarrierNumber:
    can = row.capabilities or {}
    return CarrierNumber(
        sid=str(row.sid),
        number=str(row.phone_number),
        label=str(row.friendly_name or ""),
        urls=WebhookUrls(
            voice=row.voice_url or "",
            voice_fallback=row.voice_fallback_url or "",
            status=row.status_callback or "",
            sms=row.sms_url or "",
            sms_fallback=row.sms_fallback_url or "",
        ),
        voice_method=(row.voice_method or "POST").upper(),
        sms_method=(row.sms_method or "POST").upper(),
        voice_app=row.voice_application_sid or "",
        sms_app=row.sms_application_sid or "",
        trunk=row.trunk_sid or "",
        has_voice=bool(can.get("voice", True)),
        has_sms=bool(can.get("sms", True)),
    )
