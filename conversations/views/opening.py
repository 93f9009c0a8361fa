"""The conversation that is open: whose it is, and all that its page needs."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from aesthetix.audit import services as audit
from aesthetix.audit.models import AuditEntry
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.http import PracticeRequest
from contacts.models import Contact
from contacts.services.records import consents_of
from conversations.inbox import items_of
from conversations.models import Message, Thread
from conversations.services import gate
from conversations.services.threads import mark_read

# A page that stays open asks again whenever something happens; that is one view, not many.
ONE_VIEW = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Open:
    """A contact's conversation, which may have no thread yet; without a contact the thread of callers
    who withheld their number."""

    contact: Contact | None
    thread: Thread | None

    @property
    def base(self) -> str:
        if self.contact is None:
            return reverse("conversations:withheld")
        return reverse("conversations:conversation", args=[self.contact.pk])

    @property
    def name(self) -> str:
        return self.contact.display_name if self.contact else "Callers without a record"

    def note_view(self, actor: Actor) -> None:
        if self.thread is None:
            return
        mine = AuditEntry.objects.for_practice(actor.practice).filter(
            contact_id=self.thread.contact_id, staff=actor.staff, object_type="conversations.thread"
        )
        if not mine.filter(action="view", at__gte=clock.now() - ONE_VIEW).exists():
            audit.record(actor, "view", self.thread, contact_id=self.thread.contact_id)

    def read(self, actor: Actor) -> None:
        """Somebody looks at it: noted, and nothing in it is unread any more."""
        self.note_view(actor)
        if self.thread is not None:
            mark_read(actor=actor, thread=self.thread)


def fetch_open(request: PracticeRequest, pk: int | None) -> Open:
    """404 for what the person may not see."""
    threads = Thread.objects.for_staff(request.staff)
    if pk is None:
        if not request.staff.sees_all:
            raise Http404
        return Open(None, threads.filter(contact=None).first())
    rows = Contact.objects.for_staff(request.staff).select_related("assigned_to__user")
    contact = get_object_or_404(rows.prefetch_related("phones", "tags"), pk=pk)
    return Open(contact, threads.filter(contact=contact).first())


def open_context(request: PracticeRequest, opened: Open) -> dict[str, Any]:
    context: dict[str, Any] = {"opened": opened, "page": items_of(request.practice, opened.thread)}
    if opened.contact is not None:
        prefetch_related_objects([opened.contact], "consents")
        context["consents"] = consents_of(opened.contact)
        context["composer"] = composer_context(request, opened.contact)
    return context


def composer_context(
    request: PracticeRequest, contact: Contact, *, to: str = "", from_number: str = ""
) -> dict[str, Any]:
    """A new key each time it is drawn: pressing Send twice on one composer sends one text. `to` and `from_number`
    were chosen before; else it is the number that the patient last wrote from, if texts may go there."""
    own = {"body": "-", "channel": "sms", "from_number": ""}
    looks = [
        gate.gather_facts(request.practice, contact, request.staff, to=number, **own)
        for number in _numbers(contact, to)
    ]
    facts = next((look for look in looks if gate.judge(look).passed), looks[0])
    verdict = gate.judge(facts)
    return {
        "key": secrets.token_urlsafe(16),
        "to": to or facts.to,
        "senders": facts.senders,
        "sender": next((one for one in facts.senders if one.number == (from_number or verdict.sender)), None),
        "blocked": "" if verdict.passed else verdict.reason,
    }


def _numbers(contact: Contact, to: str) -> list[str]:
    """In which order the contact's numbers are tried; the first where there is none or only one."""
    numbers = [phone.number for phone in contact.phones.all()]
    if len(numbers) < 2:
        return numbers or [""]
    received = Message.objects.for_practice(contact.practice_id).filter(thread__contact=contact, inbound=True)
    last = received.order_by("-id").values_list("from_address", flat=True).first()
    return list(dict.fromkeys(number for number in (to, last, *numbers) if number in numbers))
