"""Messages of which nobody knows whether the carrier took them. See docs/decisions/005-unknown-texts.md.

The carrier is asked for a text like it. Found: it is ours. Not found in several clear answers, the
last at least two minutes after it was asked to send: queued again, once. Anything less clear: wait.
A status callback settles the message at any time.
"""

import datetime as dt
import logging
from typing import Any

from django.db import IntegrityError, transaction

from aesthetix.lib import clock
from aesthetix.practices.services.alerts import raise_alert
from conversations.channels import ports
from conversations.models import Message
from conversations.services.send import emit_for
from conversations.services.status import note, take_answer

logger = logging.getLogger(__name__)
State = Message.State
FIRST_LOOKUP = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(minutes=10)
CLEAR_ANSWERS = 3
RESEND_AFTER = dt.timedelta(minutes=2)
REST_AFTER = dt.timedelta(minutes=10)
LOOK_FOR = dt.timedelta(hours=24)
CLOCK_SKEW = dt.timedelta(seconds=60)
RESTING = "The carrier does not say whether this text went out. Ask the patient before sending it again."


def mark_unknown(message: Message, *, key: str) -> None:
    """From `sending`: no clear answer came. The first look-up is due half a minute after the request."""
    with transaction.atomic():
        due_at = (message.asked_at or clock.now()) + FIRST_LOOKUP
        note(message, "unclear", key=key)
        changed = _rows(message, State.SENDING).update(state=State.UNKNOWN, due_at=due_at, attempts=0, lookups=0)
        message.refresh_from_db()
        if changed:
            emit_for(message, "message.status", message.thread.contact_id)


def look_up(message: Message) -> None:
    """Ask the carrier for it, once, and act on the answer."""
    if message.state != State.UNKNOWN:
        return
    carrier = ports.text_carrier(message.channel)
    if carrier is None or _twin_is_being_sent(message):
        _look_again(message, FIRST_LOOKUP)
        return
    try:
        found = carrier.find(message.practice, **_description(message))
    except ports.ProviderError as error:
        logger.info("Message %s: the carrier cannot be asked (%s).", message.pk, type(error).__name__)
        _look_again(message, min(FIRST_LOOKUP * 2 ** min(message.attempts, 6), LONGEST_PAUSE))
        return
    if found is None:
        _not_found(message)
    else:
        _adopt(message, found)


def _rows(message: Message, state: str) -> Any:
    return Message.objects.for_practice(message.practice_id).filter(pk=message.pk, state=state)


def _twins(message: Message) -> Any:
    """Our other messages that the carrier could not tell from this one."""
    return (
        Message.objects.for_practice(message.practice_id)
        .filter(inbound=False, from_address=message.from_address, to_address=message.to_address, body=message.body)
        .exclude(pk=message.pk)
    )


def _twin_is_being_sent(message: Message) -> bool:
    return bool(_twins(message).filter(state=State.SENDING).exists())


def _description(message: Message) -> dict[str, Any]:
    since = (message.asked_at or message.created_at) - CLOCK_SKEW
    known = _twins(message).exclude(provider_sid=None).values_list("provider_sid", flat=True)
    return {
        "from_number": message.from_address,
        "to_number": message.to_address,
        "body": message.body,
        "since": since,
        "known": frozenset(known),
    }


def _adopt(message: Message, found: ports.SentText) -> None:
    try:
        with transaction.atomic():
            if not _rows(message, State.UNKNOWN).update(provider_sid=found.sid):
                return
            note(message, "found", key=f"found:{found.sid}", status=found.status)
            take_answer(message, found)
    except IntegrityError:
        _look_again(message, FIRST_LOOKUP)  # a twin took this sid a moment ago; there may be another


def _not_found(message: Message) -> None:
    waited = clock.now() - (message.asked_at or message.created_at)
    clear = message.lookups + 1
    note(message, "absent", key=f"absent:{message.resent}:{clear}")
    _rows(message, State.UNKNOWN).update(lookups=clear)
    message.lookups = clear
    if clear >= CLEAR_ANSWERS and not message.resent and waited >= RESEND_AFTER:
        _send_again(message)
    elif clear >= CLEAR_ANSWERS and message.resent and waited >= REST_AFTER:
        rest(message)
    else:
        _look_again(message, FIRST_LOOKUP)


def _look_again(message: Message, pause: dt.timedelta) -> None:
    if clock.now() - message.created_at >= LOOK_FOR:
        rest(message)
        return
    _rows(message, State.UNKNOWN).update(due_at=clock.now() + pause)


def _send_again(message: Message) -> None:
    changes = {"state": State.QUEUED, "resent": True, "lookups": 0, "attempts": 0, "due_at": clock.now()}
    with transaction.atomic():
        if _rows(message, State.UNKNOWN).filter(resent=False).update(**changes):
            note(message, "again", key="again")


def rest(message: Message) -> None:
    """Stop asking. Only a status callback can settle it now; a person is told."""
    with transaction.atomic():
        if not _rows(message, State.UNKNOWN).update(due_at=None, reason=RESTING):
            return
        message.refresh_from_db()
        contact_id = message.thread.contact_id
        raise_alert(
            message.practice,
            kind="text_unknown",
            text="A text may not have gone out. The carrier does not say.",
            url=f"/inbox/{contact_id}/",
            key=f"text_unknown:{contact_id}",
        )
        emit_for(message, "message.status", contact_id)
