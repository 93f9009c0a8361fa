"""Texts through Twilio: the TextCarrier that conversations asks for."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from aesthetix.practices.models import Practice
from telephony.carriers.base import ProviderPermanent, ProviderUnknown, SentText
from telephony.carriers.twilio.client import client_for
from telephony.models import CarrierAccount
from telephony.services.profile import profile_as_read

LOOK_BACK = 1000  # Twilio's largest page
# The carrier's clock and ours may differ, and its times are cut to the second.
CLOCK_SKEW = dt.timedelta(seconds=30)
TRIAL_PREFIX = "Sent from your Twilio trial account - "


class TwilioTexts:
    """See `conversations.channels.ports.TextCarrier`."""

    def available(self, practice: Practice) -> bool:
        return profile_as_read(practice).has_carrier

    def send(self, practice: Practice, *, from_number: str, to_number: str, body: str, status_url: str) -> SentText:
        """Hand one text to the carrier. Delivery states come to `status_url` (absolute, carries our id)."""
        message = client_for(_account(practice)).messages.create(
            to=to_number, from_=from_number, body=body, status_callback=status_url
        )
        return _sent(message)

    def find(
        self,
        practice: Practice,
        *,
        from_number: str,
        to_number: str,
        body: str,
        since: dt.datetime,
        known: Collection[str] = (),
    ) -> SentText | None:
        """The oldest such text since then whose sid is not in `known`; None when there is none.

        A full page does not prove that there is none: ProviderUnknown. No DateSent filter: a text still in
        the carrier's queue has no such date and would look as if it had never been accepted, and be sent twice.
        """
        rows = client_for(_account(practice)).messages.list(
            to=to_number, from_=from_number, limit=LOOK_BACK, page_size=LOOK_BACK
        )
        wanted = [row for row in rows if _is_the_text(row, body, since) and str(row.sid) not in known]
        oldest = min(wanted, key=_created, default=None)
        if oldest is None and len(rows) >= LOOK_BACK:
            raise ProviderUnknown
        return _sent(oldest) if oldest else None


def _account(practice: Practice) -> CarrierAccount:
    account = CarrierAccount.objects.filter(practice=practice).first()
    if account is None:
        raise ProviderPermanent("no_account", "This practice has no carrier account yet. See Settings → Carrier.")
    return account


def _sent(message: Any) -> SentText:
    code = "" if message.error_code is None else str(message.error_code)
    return SentText(sid=str(message.sid), status=str(message.status or "queued"), error_code=code)


def _is_the_text(row: Any, body: str, since: dt.datetime) -> bool:
    outgoing = str(row.direction).startswith("outbound")
    same = str(row.body or "").removeprefix(TRIAL_PREFIX).strip() == body.strip()
    return outgoing and same and _created(row) >= since - CLOCK_SKEW


def _created(row: Any) -> dt.datetime:
    created: dt.datetime | None = row.date_created
    return created or dt.datetime.min.replace(tzinfo=dt.UTC)
