"""Sending: every outgoing message of whatever origin goes through here, exactly once per key."""

from django.db import IntegrityError, transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.merging.following import survivor_of
from contacts.models import Contact
from conversations.channels.sms.segments import measure
from conversations.models import Item, Message
from conversations.services.gate import Facts, Verdict, gather_facts, judge
from conversations.services.threads import announce, touch_thread


class AlreadySent(Exception):
    """Another call with the same key was faster; undoes what this one wrote."""


def send_message(
    *,
    actor: Actor,
    contact: Contact,
    body: str,
    key: str,
    channel: str = "sms",
    to: str = "",
    from_number: str = "",
    origin: str,
    label: str = "",
) -> Message:
    """Let the send gate decide on a text and write it down: `queued` for the worker, or `withheld` with the reason.

    `key` makes it happen once per practice: a repeated key returns the first message as it is by now,
    whatever the other arguments say. Empty `to`: the contact's main number. Empty `from_number`: the
    line that the patient last texted, else the default line. Never raises for a text that may not go out.
    """
    practice = actor.practice
    assert contact.practice_id == practice.pk, "the contact was not fetched for the actor's practice"
    if (first := find_by_key(practice, key)) is not None:
        return first
    text = {"body": body.strip().replace("\r\n", "\n"), "key": key, "channel": channel, "to": to}
    text |= {"from_number": from_number, "origin": origin, "label": label}
    try:
        return _send_once(actor, contact, **text)
    except IntegrityError:  # the record was merged into another one since it was read
        survivor = survivor_of(practice, contact.pk)
        if survivor is None:
            raise
        return _send_once(actor, survivor, **text)


def _send_once(
    actor: Actor,
    contact: Contact,
    *,
    body: str,
    key: str,
    channel: str,
    to: str,
    from_number: str,
    origin: str,
    label: str,
) -> Message:
    practice = actor.practice
    facts = gather_facts(practice, contact, actor.staff, body=body, channel=channel, to=to, from_number=from_number)
    verdict = judge(facts)
    message = _compose(actor, facts, verdict, to=to, channel=channel, origin=origin, label=label, key=key)
    try:
        with transaction.atomic():
            _write(actor, contact, message)
    except AlreadySent:
        return find_by_key(practice, key) or message
    return message


def find_by_key(practice: Practice, key: str) -> Message | None:
    """The message that was written under this idempotency key."""
    found: Message | None = Message.objects.for_practice(practice).filter(idempotency_key=key).first()
    return found


def _compose(
    actor: Actor, facts: Facts, verdict: Verdict, *, to: str, channel: str, origin: str, label: str, key: str
) -> Message:
    now = clock.now()
    return Message(
        practice=actor.practice,
        channel=channel,
        body=facts.body,
        from_address=verdict.sender[:80],
        to_address=(facts.to or to)[:80],
        state=Message.State.QUEUED if verdict.passed else Message.State.WITHHELD,
        origin=origin,
        staff=actor.staff,
        label=(label or (actor.api_key.name if actor.api_key else ""))[:120],
        idempotency_key=key,
        verdict=verdict.as_json(),
        reason=verdict.reason[:300],
        segments=measure(facts.body).segments,
        created_at=now,
        due_at=now if verdict.passed else None,
    )


def _write(actor: Actor, contact: Contact, message: Message) -> None:
    withheld = message.state == Message.State.WITHHELD
    preview = f"Not sent: {message.body}" if withheld else message.body
    message.thread_id = touch_thread(actor.practice, contact, "text", preview=preview, at=message.created_at)
    if not insert_once(message):
        raise AlreadySent
    Item.objects.create(
        practice=actor.practice, thread_id=message.thread_id, kind="text", at=message.created_at, message=message
    )
    if actor.staff or actor.api_key:
        audit.record(actor, "send", message, contact_id=contact.pk)
    announce(actor.practice, message.thread_id, contact.pk, message_id=message.pk)
    if withheld:
        emit_for(message, "message.withheld", contact.pk)
    else:
        outbox.ring("messages")


def emit_for(message: Message, event_type: str, contact_id: int | None) -> None:
    """An event about a message: ids and its state, nothing of what it says."""
    outbox.emit(
        message.practice,
        event_type,
        contact_id=contact_id,
        message_id=message.pk,
        thread_id=message.thread_id,
        state=str(message.state),
    )
