"""A caller who waits for screened phones alone: the apps of the group are through, or there are none.

The last phone to refuse or fall silent sends the caller to voicemail at once. The end of the <Dial> and the end of
the last phone may come at the same moment: whoever holds the call's row second sees both, and decides.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from telephony import answers
from telephony.carriers.base import ProviderPermanent
from telephony.models import Call, CallEvent, CarrierCommand, Leg
from telephony.services import calls
from telephony.services.commands import command

Kind = CarrierCommand.Kind
# Too short to be worth another ringing tone.
A_MOMENT = 2
# Hearing the whisper and pressing a key may take so long from the pick-up, also beyond the line's timeout.
WHISPER_SECONDS = 30


@transaction.atomic
def wait_on(call: Call, dial_status: str) -> int:
    """The <Dial> or the tone is over and nobody has taken the call: how many more seconds the caller should wait for
    the screened phones. 0: for none."""
    _hold(call)
    is_copy = bool(dial_status) and not _note_apps_through(call, dial_status)
    if not _still_open(call):
        return 0
    seconds = _seconds_left(call)
    if seconds >= A_MOMENT:
        return seconds
    return A_MOMENT if is_copy else 0  # a late copy decides nothing


def _note_apps_through(call: Call, status: str) -> bool:
    key, payload = f"{call.sid}:apps_through", {"status": status}
    row = CallEvent(practice_id=call.practice_id, call=call, kind="apps_through", key=key, payload=payload)
    return insert_once(row)


@transaction.atomic
def phone_is_through(call: Call) -> None:
    """A screened phone refused, was not answered, or cannot be rung. The last one ends the caller's waiting."""
    if not answers.needs_hub(call.decision):
        return
    _hold(call)
    waits = not answers.direct_phones(call.decision) or _apps_through(call).exists()
    if waits and not _still_open(call) and calls.mark_missed(call, why_missed(call)):
        command(call, Kind.TO_VOICEMAIL, "")


def why_missed(call: Call) -> str:
    """Of all phones together: somebody picked up without a key, somebody let it ring, all were busy…"""
    legs = list(_screened_legs(call))
    if any(leg.answered_at or leg.status == "completed" for leg in legs):
        return "refused"
    if _still_open(call):
        return "no_answer"
    found = {leg.status for leg in legs} | {event.payload["status"] for event in _apps_through(call)}
    return next((reason for status, reason in calls.DIAL_REASONS.items() if status in found), "failed")


def _hold(call: Call) -> None:
    """Until the transaction ends. Not against rows that point at the call, or legs would wait for each other."""
    Call.objects.for_practice(call.practice_id).select_for_update(no_key=True).get(pk=call.pk)


def _still_open(call: Call) -> bool:
    """Whether a screened phone rings, listens to the whisper, or is still to be placed. One that we stopped says
    nothing of its owner."""
    commands = CarrierCommand.objects.for_practice(call.practice_id).filter(call=call)
    stopped = set(commands.filter(kind=Kind.END_LEG).values_list("target", flat=True))
    ended = [leg for leg in _screened_legs(call) if leg.ended_at and leg.status != "canceled"]
    through = {leg.address for leg in ended if leg.status != "completed" or leg.sid not in stopped}
    refused = commands.filter(kind=Kind.PLACE_LEG, last_error=ProviderPermanent.__name__)
    through |= {call.decision.destinations[int(index)].address for index in refused.values_list("target", flat=True)}
    return bool(_screened_addresses(call) - through)


def _seconds_left(call: Call) -> int:
    ends = [call.started_at + dt.timedelta(seconds=answers.hub_seconds(call.decision))]
    listening = [leg for leg in _screened_legs(call) if leg.answered_at and not leg.ended_at]
    ends += [leg.answered_at + dt.timedelta(seconds=WHISPER_SECONDS) for leg in listening if leg.answered_at]
    return int((max(ends) - clock.now()).total_seconds())


def _screened_legs(call: Call) -> list[Leg]:
    return list(Leg.objects.for_practice(call.practice_id).filter(call=call, address__in=_screened_addresses(call)))


def _screened_addresses(call: Call) -> set[str]:
    return {phone.address for phone in call.decision.destinations if phone.screened}


def _apps_through(call: Call) -> QuerySet[CallEvent]:
    return CallEvent.objects.for_practice(call.practice_id).filter(call=call, kind="apps_through")
