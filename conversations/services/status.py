"""What the carrier says about a text that it took. Moves forward by rank only, so order does not matter."""

import logging
from typing import Any

from django.db import transaction

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from conversations.channels.ports import SentText
from conversations.channels.sms.errors import OPTED_OUT, reason_for
from conversations.models import Message, MessageEvent
from conversations.services.opt_out import record_opt_out
from conversations.services.send import emit_for

logger = logging.getLogger(__name__)
State = Message.State

# Any word from the carrier proves that it took the text. Where two final words contradict each
# other the higher one holds, so that every order of arrival ends in the same row.
STATES = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "canceled": State.FAILED,
    "failed": State.FAILED,
    "undelivered": State.UNDELIVERED,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
}
RANK = {
    State.QUEUED: 0,
    State.SENDING: 0,
    State.UNKNOWN: 0,
    State.SENT: 1,
    State.FAILED: 2,
    State.UNDELIVERED: 3,
    State.DELIVERED: 4,
}


def apply_status(*, message: Message, status: str, error_code: str = "", sid: str = "") -> None:
    """Take a status callback, an answer to our request, or what a look-up found.

    Late, repeated and unknown statuses change nothing, nor does a status for a text that was received
    or withheld. `message` is refreshed. One transaction of its own.
    """
    status = status.strip().lower()
    target = STATES.get(status)
    if target is None or message.inbound:
        logger.info("Message %s: the carrier's status %r is not used.", message.pk, status[:24])
        return
    with transaction.atomic():
        note(message, "status", status=status, error_code=error_code, key=f"status:{status}:{error_code}")
        if sid:
            _own_sid(message, sid)
        accepted = _outgoing(message).filter(sent_at=None).update(sent_at=clock.now(), due_at=None)
        moved = _move(message, target, error_code)
        message.refresh_from_db()
        if accepted:
            emit_for(message, "message.sent", message.thread.contact_id)
        if moved:
            emit_for(message, "message.status", message.thread.contact_id)
            if error_code == OPTED_OUT:
                record_opt_out(message.practice, message.to_address, source="The carrier refused: opted out")


def take_answer(message: Message, answer: SentText, *, sid: str = "") -> None:
    """The carrier has it, whatever word it has for that."""
    status = answer.status if answer.status in STATES else "accepted"
    apply_status(message=message, status=status, error_code=answer.error_code, sid=sid)


def note(message: Message, kind: str, *, key: str, status: str = "", error_code: str = "") -> bool:
    """Keep what happened between us and the carrier, once per key; False when it stood there already."""
    return insert_once(
        MessageEvent(
            practice_id=message.practice_id,
            message=message,
            key=key[:120],
            kind=kind,
            status=status[:24],
            error_code=error_code[:12],
        )
    )


def _outgoing(message: Message) -> Any:
    return Message.objects.for_practice(message.practice_id).filter(pk=message.pk, state__in=RANK)


def _move(message: Message, target: str, error_code: str) -> bool:
    """Compare and set: one statement, so two callbacks at once cannot step back."""
    below = [state for state, rank in RANK.items() if rank < RANK[State(target)]]
    wrong = target in {State.FAILED, State.UNDELIVERED}
    changes: dict[str, Any] = {
        "state": target,
        "due_at": None,
        "error_code": error_code[:12] if wrong else "",
        "reason": reason_for(error_code) if wrong else "",
    }
    if target == State.DELIVERED:
        changes["delivered_at"] = clock.now()
    return bool(_outgoing(message).filter(state__in=below).update(**changes))


def _own_sid(message: Message, sid: str) -> None:
    """The carrier named this message's sid together with our own id. Should a look-up have given the sid
    to a twin (same text, same number, same minute), the twin goes back to being looked up."""
    if message.provider_sid:
        return
    twin = Message.objects.for_practice(message.practice_id).filter(provider_sid=sid).exclude(pk=message.pk)
    twin.filter(state=State.SENT).update(
        provider_sid=None, sent_at=None, state=State.UNKNOWN, due_at=clock.now(), attempts=0
    )
    twin.update(provider_sid=None)
    _outgoing(message).filter(provider_sid=None).update(provider_sid=sid)
