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
from conversations.inbox import Page, items_of
from conversations.models import Message, Thread
from conversations.services import gate
from conversations.services.threads import mark_read

# A page that stays open asks again whenever something happens; that is one view, not many.
ONE_VIEW = dt.timedelta(minutes=10)
SHOW_IT = ("conversations.thread", "contacts.contact")  # the record shows the thread as well
CHANNEL = "sms"


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
            contact_id=self.thread.contact_id, staff=actor.staff, object_type__in=SHOW_IT
        )
        if not mine.filter(action="view", at__gte=clock.now() - ONE_VIEW).exists():
            audit.record(actor, "view", self.thread, contact_id=self.thread.contact_id)

    def mark_read(self, actor: Actor) -> None:
        if self.thread is not None and self.thread.unread_count:
            mark_read(actor=actor, thread=self.thread)

    def read(self, actor: Actor) -> None:
        """Somebody looks at it: noted, and nothing in it is unread any more."""
        self.note_view(actor)
        self.mark_read(actor)


def fetch_open(request: PracticeRequest, pk: int | None) -> Open:
    """404 for what the person may not see."""
    if pk is None:
        if not request.staff.sees_all:
            raise Http404
        return Open(None, Thread.objects.for_staff(request.staff).filter(contact=None).first())
    rows = Contact.objects.for_staff(request.staff).select_related("assigned_to__user", "thread")
    return open_of(get_object_or_404(rows.prefetch_related("phones", "tags"), pk=pk))


def open_of(contact: Contact) -> Open:
    """Of a contact whom the person may see."""
    return Open(contact, getattr(contact, "thread", None))


def open_context(request: PracticeRequest, opened: Open) -> dict[str, Any]:
    page = items_of(request.practice, opened.thread)
    context: dict[str, Any] = {"opened": opened, "page": page}
    if opened.contact is not None:
        prefetch_related_objects([opened.contact], "consents")
        context["consents"] = consents_of(opened.contact)
        context["composer"] = composer_context(request, opened.contact, last_received(opened.contact, page))
    return context


def last_received(contact: Contact, page: Page | None = None) -> Message | None:
    """The newest text from the patient; not asked for where `page`, the newest items, shows it."""
    things = [line.shown.thing for line in page.lines] if page else []
    shown = [thing for thing in things if isinstance(thing, Message) and thing.inbound and thing.channel == CHANNEL]
    if shown or (page and not page.older):
        return shown[-1] if shown else None
    received = Message.objects.for_practice(contact.practice_id).filter(thread__contact=contact, inbound=True)
    newest: Message | None = received.filter(channel=CHANNEL).order_by("-id").first()
    return newest


def composer_context(
    request: PracticeRequest, contact: Contact, received: Message | None, *, to: str = "", from_number: str = ""
) -> dict[str, Any]:
    """A new key each time it is drawn: pressing Send twice on one composer sends one text. `to` and `from_number`
    were chosen before; else it is the number that the patient last wrote from, if texts may go there."""
    written_to = received.to_address if received else ""
    own = {"body": "-", "channel": CHANNEL, "from_number": "", "written_to": written_to}
    looks: list[gate.Facts] = []
    for number in _numbers(contact, to, received):
        looks.append(gate.gather_facts(request.practice, contact, request.staff, to=number, **own))
        if gate.judge(looks[-1]).passed:
            looks.insert(0, looks[-1])
            break
    facts, verdict = looks[0], gate.judge(looks[0])
    return {
        "key": secrets.token_urlsafe(16),
        "to": to or facts.to,
        "senders": facts.senders,
        "sender": next((one for one in facts.senders if one.number == (from_number or verdict.sender)), None),
        "blocked": "" if verdict.passed else verdict.reason,
    }


def _numbers(contact: Contact, to: str, received: Message | None) -> list[str]:
    """In which order the contact's numbers are tried; an empty one where there is none."""
    numbers = [phone.number for phone in contact.phones.all()] or [""]
    last = received.from_address if received else ""
    return list(dict.fromkeys(number for number in (to, last, *numbers) if number in numbers))
