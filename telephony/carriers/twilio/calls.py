"""Calls that we start or change ourselves: the legs of a Ring All with screened outside numbers.

Starting calls is limited to one a second for an account; legs inside a `<Dial>` are not.
"""

from typing import Any

from telephony.carriers.base import CallReport, CallStatus, PlacedCall, ProviderPermanent, RecordingReport
from telephony.carriers.twilio.client import client_for
from telephony.models import CarrierAccount

_OVER = {"21220", "20404", "404"}


def place_call(
    account: CarrierAccount,
    *,
    to: str,
    from_number: str,
    answer_url: str,
    status_url: str,
    timeout: int,
    fallback_url: str = "",
) -> PlacedCall:
    """Ring `to` (E.164, `client:…` or `sip:…`) for `timeout` seconds (the carrier adds up to 5).

    `answer_url` is asked for TwiML when somebody picks up; `status_url` hears initiated, ringing,
    answered and completed. `from_number` must be one of the account's numbers. URLs are absolute.
    """
    call = client_for(account).calls.create(
        to=to,
        from_=from_number,
        url=answer_url,
        status_callback=status_url,
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=timeout,
        **({"fallback_url": fallback_url} if fallback_url else {}),
    )
    return PlacedCall(sid=str(call.sid), status=CallStatus.parse(str(call.status)) or CallStatus.QUEUED)


def redirect_call(account: CarrierAccount, sid: str, *, url: str) -> bool:
    """Send a live call to the TwiML at `url`; False when it was over by then."""
    return _change(account, sid, url=url, method="POST")


def end_call(account: CarrierAccount, sid: str) -> bool:
    """Hang up, whether ringing or talking; False when it was over by then.

    `completed` ends every state; `canceled` would not stop a leg that has just been answered.
    """
    return _change(account, sid, status="completed")


def report_on(account: CarrierAccount, sid: str) -> CallReport | None:
    """What became of a call; None when the carrier knows no such call."""
    try:
        return _report(client_for(account).calls(sid).fetch())
    except ProviderPermanent as error:
        if error.code in _OVER:
            return None
        raise


def report_on_phones(account: CarrierAccount, sid: str) -> list[CallReport]:
    """The phones that the <Dial>s of a call have rung."""
    return [_report(call) for call in client_for(account).calls.list(parent_call_sid=sid, limit=50)]


def report_on_recordings(account: CarrierAccount, sid: str) -> list[RecordingReport]:
    """The recordings of a call that the carrier still has."""
    return [
        RecordingReport(
            sid=str(one.sid),
            url=str(one.media_url),
            seconds=int(one.duration or 0),
            status=str(one.status),
            is_voicemail=str(one.source) == "RecordVerb",
        )
        for one in client_for(account).recordings.list(call_sid=sid, limit=20)
    ]


def _report(call: Any) -> CallReport:
    return CallReport(
        sid=str(call.sid),
        address=str(call.to).removeprefix("client:"),
        status=CallStatus.parse(str(call.status)) or CallStatus.QUEUED,
        started_at=call.start_time,
        ended_at=call.end_time,
    )


def _change(account: CarrierAccount, sid: str, **fields: str) -> bool:
    try:
        client_for(account).calls(sid).update(**fields)
    except ProviderPermanent as error:
        if error.code in _OVER:
            return False
        raise
    return True
