"""The worker's side of sending: a queued message becomes one text at the carrier, whoever dies when.

queued → sending (committed) → the carrier is asked → sent
asked, but no clear answer, or the worker died meanwhile → unknown: see reconcile.py
"""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from aesthetix.events.due import DueRow, WorkQueue, backoff
from aesthetix.lib import clock
from contacts.models import Contact
from conversations.channels import ports
from conversations.channels.sms.errors import OPTED_OUT, reason_for
from conversations.models import Message
from conversations.services.gate import Verdict, gather_facts, judge
from conversations.services.opt_out import record_opt_out
from conversations.services.reconcile import look_up, mark_unknown, rest
from conversations.services.send import emit_for
from conversations.services.status import note, take_answer

logger = logging.getLogger(__name__)
State = Message.State
# Longer than any request to a carrier may take: a row that is still `sending` afterwards has lost its worker.
SENDING_LEASE = dt.timedelta(seconds=45)
# Both must hold: after a long standstill of ours the carrier has not had its tries yet, and a claim
# whose worker was killed counts as an attempt, too.
GIVE_UP_AFTER, TRIES = dt.timedelta(hours=1), 6
# An automatic text that waited longer, for example while we stood still, would only puzzle the patient.
TOO_LATE, AUTOMATIC = dt.timedelta(hours=12), {Message.Origin.WORKFLOW, Message.Origin.SYSTEM}


def work_on(row: DueRow) -> None:
    """One claimed message: send it, or find out what became of it."""
    assert isinstance(row, Message)
    message = current(row)
    if message.state == State.QUEUED:
        _send(message)
    elif message.state == State.SENDING:
        mark_unknown(message, key=f"lost:{message.attempts}")
        look_up(message)
    elif message.state == State.UNKNOWN:
        look_up(message)
    else:
        _rows(message).update(due_at=None)


def current(row: Message) -> Message:
    """The row as it is now; it was claimed with others and may have waited behind them."""
    fresh: Message = (
        Message.objects.for_practice(row.practice_id)
        .select_related("practice", "thread__contact", "staff")
        .get(pk=row.pk)
    )
    return fresh


def _rows(message: Message, *states: str) -> Any:
    rows = Message.objects.for_practice(message.practice_id).filter(pk=message.pk)
    return rows.filter(state__in=states) if states else rows


def _send(message: Message) -> None:
    carrier = ports.text_carrier(message.channel)
    if not _still_allowed(message) or carrier is None:
        return
    url, now = status_url(message), clock.now()
    if not _rows(message, State.QUEUED).update(state=State.SENDING, asked_at=now, due_at=now + SENDING_LEASE):
        return  # another worker was faster
    message.asked_at = now
    note(message, "asked", key=f"asked:{now.isoformat()}")
    try:
        taken = carrier.send(
            message.practice,
            from_number=message.from_address,
            to_number=message.to_address,
            body=message.body,
            status_url=url,
        )
    except ports.ProviderTemporary as error:
        _try_later(message, error.retry_after)
    except ports.ProviderPermanent as error:
        fail(message, error.code)
    except ports.ProviderUnknown:
        mark_unknown(message, key=f"unclear:{now.isoformat()}")
    else:
        take_answer(message, taken, sid=taken.sid)


def status_url(message: Message) -> str:
    """Where the carrier reports on this message. It carries our id, so that a report settles a message
    even when we never learned the carrier's."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('twilio:message_status', args=[message.pk])}"


def _still_allowed(message: Message) -> bool:
    """The gate once more: the row may have waited, and a STOP or a removed line counts until the last moment."""
    contact, verdict = _judged(message)
    if not verdict.passed and (fresh := current(message)).thread.contact_id != contact.pk:
        contact, verdict = _judged(fresh)  # its record was merged into another one between reading and judging
    late = message.origin in AUTOMATIC and clock.now() - message.created_at > TOO_LATE
    if verdict.passed and not late:
        return True
    reason = verdict.reason or "It waited for more than 12 hours, and the moment has passed."
    # Of a text that is sent for the second time nobody can say "not sent": a report may still prove the first.
    stopped = State.FAILED if message.resent else State.WITHHELD
    with transaction.atomic():
        withheld = {"state": stopped, "reason": reason[:300], "verdict": verdict.as_json()}
        if _rows(message, State.QUEUED).update(due_at=None, **withheld):
            message.state = stopped
            emit_for(message, "message.withheld", contact.pk)
    return False


def _judged(message: Message) -> tuple[Contact, Verdict]:
    contact = message.thread.contact
    assert isinstance(contact, Contact)
    facts = gather_facts(
        message.practice,
        contact,
        message.staff,
        body=message.body,
        channel=message.channel,
        to=message.to_address,
        from_number=message.from_address,
    )
    return contact, judge(facts)


def _try_later(message: Message, retry_after: float | None) -> None:
    if clock.now() - message.created_at >= GIVE_UP_AFTER and message.attempts >= TRIES:
        fail(message, "", "The carrier could not be reached. Send the text again later.")
        return
    pause = max(backoff(message.attempts), dt.timedelta(seconds=min(retry_after or 0, 3600)))
    note(message, "later", key=f"later:{clock.now().isoformat()}")
    _rows(message, State.SENDING).update(state=State.QUEUED, due_at=clock.now() + pause, last_error="temporary")


def fail(message: Message, code: str, reason: str = "") -> None:
    """The carrier surely did not take it and never will."""
    with transaction.atomic():
        note(message, "refused", key=f"refused:{code}", error_code=code)
        changes = {"state": State.FAILED, "error_code": code[:12], "reason": reason or reason_for(code)}
        if not _rows(message, State.QUEUED, State.SENDING, State.UNKNOWN).update(due_at=None, **changes):
            return
        message.refresh_from_db()
        if code == OPTED_OUT:
            record_opt_out(message.practice, message.to_address, source="The carrier refused: opted out")
        emit_for(message, "message.status", message.thread.contact_id)


def give_up(row: DueRow) -> None:
    """Our own code failed on this message again and again. What surely was not sent is called so;
    the rest stays unknown until the carrier reports."""
    assert isinstance(row, Message)
    message = current(row)
    if message.state == State.QUEUED:
        fail(message, "", "The text could not be sent. Send it again later.")
    elif message.state == State.SENDING:
        mark_unknown(message, key=f"lost:{message.attempts}")
    elif message.state == State.UNKNOWN:
        rest(message)


QUEUE = WorkQueue("messages", Message, work_on, gave_up=give_up, max_attempts=20, celery_queue="realtime").register()
