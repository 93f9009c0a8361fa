"""What became of a call, in words: for the page that says why it rang where it rang."""

import datetime as dt
from dataclasses import dataclass

from aesthetix.lib.phone import display
from telephony.models import Call, Leg
from telephony.route import Route
from telephony.thread_kinds import REASONS

ENDINGS = {
    "busy": "Busy or declined",
    "no-answer": "Rang, but was not answered",
    "failed": "Could not be reached by the carrier",
    "canceled": "Stopped ringing: somebody else was faster, or the caller hung up",
}
RUNNING = {"queued": "About to ring", "initiated": "About to ring", "ringing": "Rings", "in-progress": "In the call"}


@dataclass(frozen=True)
class LegStory:
    label: str
    text: str
    is_taken: bool


def legs_of(call: Call, route: Route | None) -> list[LegStory]:
    """Every phone that the carrier rang, in order."""
    phones = {phone.address: phone for phone in route.destinations} if route else {}
    stories = []
    for leg in call.legs.select_related("staff__user").order_by("id"):
        phone = phones.get(leg.address)
        label = phone.label if phone else str(leg.staff or display(leg.address))
        screened = bool(phone and phone.screened)
        stories.append(LegStory(label, _told(leg, screened), leg.sid == call.accepted_leg))
    return stories


def outcome_in_words(call: Call) -> str:
    if call.outcome == Call.Outcome.PENDING:
        return "The call is not over yet."
    if call.outcome == Call.Outcome.ANSWERED:
        return f"Answered by {call.answered_by}." if call.answered_by else "Answered."
    said = REASONS.get(call.reason, "")
    return f"{call.get_outcome_display()}: {said}." if said else f"{call.get_outcome_display()}."


def _told(leg: Leg, screened: bool) -> str:
    if leg.answered_at is None:
        return ENDINGS.get(leg.status) or RUNNING.get(leg.status, "Ended without an answer")
    after = f"Picked up after {_seconds(leg.started_at, leg.answered_at)}"
    if not screened:
        return after
    if leg.accepted_at is None:
        return f"{after}, but no key was pressed: not counted as answered"
    return f"{after}, accepted by a key"


def _seconds(start: dt.datetime, end: dt.datetime) -> str:
    return f"{max(round((end - start).total_seconds()), 0)} s"
