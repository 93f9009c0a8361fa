"""Texts that patients send us: into the thread once, and what STOP, START and HELP mean."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.lib.phone import display, to_e164
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from aesthetix.practices.services.alerts import raise_alert
from contacts.models import Contact
from contacts.services.identify import created_event, find_or_create_caller
from conversations.channels import ports
from conversations.channels.sms.keywords import Keyword, classify
from conversations.channels.sms.segments import measure
from conversations.models import Item, Message
from conversations.services.opt_out import end_opt_out, record_opt_out
from conversations.services.threads import add_item, touch_thread


class _Repeated(Exception):
    """The same text came twice at once; undoes what this delivery wrote."""


def receive_text(
    *,
    practice: Practice,
    sid: str,
    from_number: str,
    to_number: str,
    body: str,
    media: Iterable[dict[str, str]] = (),
    opt_out_type: str = "",
) -> Message:
    """Put a text into the sender's thread, unread; a repeated `sid` changes nothing and gives the first row.

    `media`: [{"url", "content_type"}] as the carrier named them. `opt_out_type`: the carrier's own verdict
    (STOP, START, HELP) where it gives one. A new number becomes a contact marked "unverified caller";
    our own lines and staff, and senders without a telephone number, never do.
    """
    if (first := _find(practice, sid)) is not None:
        return first
    given = (practice, sid, from_number, to_number, body, list(media), classify(body, opt_out_type))
    try:
        return _once(*given)
    except IntegrityError:  # the sender's record was merged into another one since we looked: look again
        return _once(*given)


def _once(practice: Practice, sid: str, *given: Any) -> Message:
    try:
        with transaction.atomic():
            return _receive(practice, sid, *given)
    except _Repeated:
        repeated = _find(practice, sid)
        assert repeated is not None
        return repeated


def _find(practice: Practice, sid: str) -> Message | None:
    found: Message | None = Message.objects.for_practice(practice).filter(provider_sid=sid).first()
    return found


def _receive(
    practice: Practice,
    sid: str,
    from_number: str,
    to_number: str,
    body: str,
    media: list[dict[str, str]],
    keyword: Keyword,
) -> Message:
    number = to_e164(from_number)
    contact, is_new = _sender(practice, number)
    now = clock.now()
    thread_id = touch_thread(practice, contact, "text", preview=body or _describe(media), at=now, unread=True)
    message = Message(
        practice=practice,
        thread_id=thread_id,
        inbound=True,
        body=body,
        media=media,
        from_address=(number or from_number)[:80],
        to_address=to_number[:80],
        state=Message.State.RECEIVED,
        origin=Message.Origin.PATIENT,
        idempotency_key=f"in:{sid}",
        provider_sid=sid,
        segments=measure(body).segments,
        created_at=now,
        due_at=None,
    )
    if not insert_once(message):
        raise _Repeated
    Item.objects.create(practice=practice, thread_id=thread_id, kind="text", at=now, message=message)
    if number:
        _obey(practice, contact, number, keyword)
    _announce(message, contact, is_new, keyword)
    return message


def _sender(practice: Practice, number: str | None) -> tuple[Contact | None, bool]:
    """Whose thread it goes to; None is the thread of senders who cannot be a contact."""
    if number is None:
        return None, False
    if ports.is_own_number(practice, number):
        return Contact.objects.for_practice(practice).with_number(number).first(), False
    return find_or_create_caller(practice, number)


def _describe(media: list[dict[str, str]]) -> str:
    if len(media) != 1:
        return f"{len(media)} files" if media else ""
    return "Picture" if media[0].get("content_type", "").startswith("image/") else "File"


def _obey(practice: Practice, contact: Contact | None, number: str, keyword: Keyword) -> None:
    """The carrier answers the sender (see docs/decisions/006-opt-out-wording.md); we keep to it and show it."""
    if keyword == Keyword.STOP and record_opt_out(practice, number, source="Replied STOP"):
        add_item(practice, contact, "system", text=f"Opted out of texts. No text goes to {display(number)} any more.")
    elif keyword == Keyword.START and end_opt_out(practice, number):
        add_item(practice, contact, "system", text=f"Opted in again. Texts can go to {display(number)}.")
    elif keyword == Keyword.NEAR_STOP:
        add_item(practice, contact, "system", text="May want to opt out. Read the text above and decide.")
        raise_alert(
            practice,
            kind="may_opt_out",
            text="A patient may want to opt out of texts.",
            url=f"/inbox/{contact.pk}/" if contact else "/inbox/",
            key=f"may_opt_out:{contact.pk if contact else ''}",
        )


def _announce(message: Message, contact: Contact | None, is_new: bool, keyword: Keyword) -> None:
    ids: dict[str, Any] = {"message_id": message.pk, "thread_id": message.thread_id}
    contact_id = contact.pk if contact else None
    events = [created_event(contact.practice, contact)] if contact and is_new else []
    events += [
        Event(practice=message.practice, type=type_, contact_id=contact_id, payload=payload)
        for type_, payload in (("message.received", {**ids, "keyword": str(keyword)}), ("thread.updated", ids))
    ]
    outbox.emit_all(*events)
