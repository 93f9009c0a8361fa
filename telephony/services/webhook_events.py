"""Webhooks that cannot be applied yet wait as rows until they can (architecture decision 4)."""

import datetime as dt
from typing import Any

from django.db import transaction

from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from telephony.models import Call, CallEvent
from telephony.services import calls, legs, recordings

# How long a webhook waits for the call that it speaks of.
EARLY = dt.timedelta(seconds=2)
# How long the end of a call waits for the Dial action that should explain it.
GRACE = dt.timedelta(seconds=10)


def keep_event(
    practice: Practice, call: Call | None, kind: str, key: str, payload: dict[str, Any], *, wait: dt.timedelta | None
) -> bool:
    """Store a webhook under the carrier's key; True when it is new. `wait`: apply it (again) after that time."""
    due_at = clock.now() + wait if wait else None
    row = CallEvent(practice=practice, call=call, kind=kind, key=key[:160], payload=payload, due_at=due_at)
    return insert_once(row)


def apply_late(event: CallEvent) -> None:
    """The second look at a webhook that came too early."""
    sid = event.payload.get("call", "")
    call = event.call or Call.objects.for_practice(event.practice_id).filter(sid=sid).first()
    if call is None:
        raise LookupError("the call is not known yet")
    with transaction.atomic():
        APPLY[event.kind](call, event.payload)
        event.due_at, event.call = None, call
        event.save(update_fields=["due_at", "call"])


def _leg(call: Call, payload: dict[str, Any]) -> None:
    legs.note_leg(call, sid=payload["sid"], index=payload["d"], status=payload["status"])


def _accept(call: Call, payload: dict[str, Any]) -> None:
    legs.accept_leg(legs.note_leg(call, sid=payload["sid"], index=payload["d"], status="in-progress"))


def _recording(call: Call, payload: dict[str, Any]) -> None:
    fields = ("sid", "kind", "url", "seconds", "status")
    recordings.note_recording(call, **{name: payload[name] for name in fields})


def _status(call: Call, payload: dict[str, Any]) -> None:
    if call.outcome == Call.Outcome.PENDING:
        calls.decide_from_legs(call)


APPLY = {"leg": _leg, "whisper": _leg, "accept": _accept, "recording": _recording, "status": _status}


WorkQueue("call_events", CallEvent, apply_late, max_attempts=6, celery_queue="realtime").register()
