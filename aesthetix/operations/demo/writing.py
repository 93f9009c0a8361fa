"""Writes the invented week as rows. No event is emitted: nothing is texted about calls of last week."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from django.core.files.base import ContentFile

from aesthetix.operations.demo.history import Moment, moments
from aesthetix.operations.demo.reasons import add_legs, finish_run, start_run
from aesthetix.operations.demo.sound import spoken_wav
from aesthetix.practices.models import Practice, Staff
from contacts.models import Contact, ContactPhone
from conversations.models import Item, Message, OptOut
from conversations.services.opt_out import open_opt_out
from conversations.services.threads import add_item, touch_thread
from telephony.models import Call, Line, Recording
from telephony.profile import Caller
from telephony.routing import decide
from telephony.services.profile import load_profile
from workflows.models import Workflow

TEXT_BACK = "Missed call text back"
SORRY = (
    "Hi {name}, sorry we missed your call at {practice}. How can we help? Reply here and we will get right back to you."
)
RINGS_FOR = dt.timedelta(seconds=20)


@dataclass
class Writer:
    practice: Practice
    staff: dict[str, Staff]
    lines: dict[str, Line]
    contacts: dict[str, Contact]
    text_back: Workflow
    written: int = field(default=0)

    def write_week(self, now: dt.datetime) -> None:
        for at, moment in moments(now, self.practice.tz):
            self.written += 1
            {"answered": self._answered, "missed": self._missed, "in": self._text_in, "out": self._text_out}[
                moment.kind
            ](at, moment)

    # Calls ------------------------------------------------------------------------------------

    def _answered(self, at: dt.datetime, moment: Moment) -> None:
        picked_up = at + dt.timedelta(seconds=7)
        call = self._call(
            at,
            moment,
            outcome=Call.Outcome.ANSWERED,
            answered_by=self.staff[moment.staff],
            answered_at=picked_up,
            ended_at=picked_up + dt.timedelta(seconds=moment.seconds),
        )
        self._item(call, "Call answered", moment)

    def _missed(self, at: dt.datetime, moment: Moment) -> None:
        ended = at + RINGS_FOR + dt.timedelta(seconds=moment.seconds + 12)
        call = self._call(at, moment, outcome=Call.Outcome.MISSED, reason="no_answer", ended_at=ended)
        self._item(call, "Missed call", moment)
        if moment.seconds:
            self._voicemail(call, ended, moment)
        run = start_run(self.text_back, call, call.started_at + RINGS_FOR)
        if call.contact:
            finish_run(run, self._text_back(call, moment, ended + dt.timedelta(seconds=2)))

    def _call(self, at: dt.datetime, moment: Moment, **fields: object) -> Call:
        line, contact = self.lines[moment.line], self._contact(moment)
        number = self._number(moment)
        profile = load_profile(self.practice)
        caller = Caller(number, known=contact is not None, owner=contact.assigned_to_id if contact else None)
        call: Call = Call.objects.create(
            practice=self.practice,
            sid=self._sid("CA"),
            line=line,
            contact=contact,
            from_number=number or "",
            to_number=line.number,
            state=Call.State.ENDED,
            route=decide(profile, profile.lines[line.pk], caller).as_dict(),
            lead_source=line.lead_source,
            started_at=at,
            **fields,
        )
        add_legs(call)
        return call

    def _item(self, call: Call, preview: str, moment: Moment) -> None:
        add_item(
            self.practice, call.contact, "call", ref=call.pk, preview=preview, at=call.started_at, unread=moment.unread
        )

    def _voicemail(self, call: Call, at: dt.datetime, moment: Moment) -> None:
        recording = Recording(
            practice=self.practice,
            call=call,
            sid=self._sid("RE"),
            kind=Recording.Kind.VOICEMAIL,
            state=Recording.State.STORED,
            seconds=moment.seconds,
            content_type="audio/wav",
            created_at=at,
            due_at=None,
        )
        sound = ContentFile(spoken_wav(moment.seconds, voice=self.written))
        recording.file.save(f"{recording.sid}.wav", sound, save=False)
        recording.save()
        preview = f"Voicemail, {moment.seconds // 60}:{moment.seconds % 60:02d}"
        add_item(
            self.practice,
            call.contact,
            "voicemail",
            ref=recording.pk,
            preview=preview,
            at=at,
            unread=moment.unread,
        )

    # Texts ------------------------------------------------------------------------------------

    def _text_back(self, call: Call, moment: Moment, at: dt.datetime) -> Message:
        assert call.contact
        assert call.line
        name = call.contact.first_name or "there"
        opted_out = open_opt_out(self.practice, call.from_number)
        reason = "The patient asked for no more texts (STOP)." if opted_out else ""
        return self._message(
            at,
            call.contact,
            SORRY.format(name=name, practice=self.practice.name),
            from_address=call.line.number,
            to_address=call.from_number,
            state=Message.State.WITHHELD if opted_out else Message.State.DELIVERED,
            reason=reason,
            verdict=[{"check": "opt_out", "passed": not opted_out, "reason": reason or "The patient did not opt out."}],
            origin=Message.Origin.WORKFLOW,
            label=TEXT_BACK,
        )

    def _text_in(self, at: dt.datetime, moment: Moment) -> None:
        contact, number = self._contact(moment), self._number(moment)
        assert contact
        assert number
        message = self._message(
            at,
            contact,
            moment.text,
            inbound=True,
            from_address=number,
            to_address=self.lines["Main line"].number,
            state=Message.State.RECEIVED,
            origin=Message.Origin.PATIENT,
            unread=moment.unread,
        )
        if moment.text == "STOP":
            OptOut.objects.create(practice=self.practice, address=number, source="Text STOP", at=message.created_at)

    def _text_out(self, at: dt.datetime, moment: Moment) -> None:
        contact, number = self._contact(moment), self._number(moment)
        assert contact
        assert number
        failed = moment.state == "undelivered"
        self._message(
            at,
            contact,
            moment.text,
            from_address=self.lines["Main line"].number,
            to_address=number,
            state=moment.state,
            error_code="30003" if failed else "",
            reason="The phone is switched off or out of reach." if failed else "",
            origin=Message.Origin.STAFF,
            staff=self.staff[moment.staff],
        )

    def _message(
        self, at: dt.datetime, contact: Contact, body: str, *, state: str, unread: bool = False, **fields: object
    ) -> Message:
        went_out = state in {Message.State.DELIVERED, Message.State.UNDELIVERED}
        thread_id = touch_thread(self.practice, contact, "text", preview=body, at=at, unread=unread)
        message: Message = Message.objects.create(
            practice=self.practice,
            thread_id=thread_id,
            body=body,
            state=state,
            idempotency_key=f"demo:{self.written}:{at.timestamp():.0f}",
            provider_sid=None if state == Message.State.WITHHELD else self._sid("SM"),
            created_at=at,
            sent_at=at if went_out else None,
            delivered_at=at + dt.timedelta(seconds=3) if state == Message.State.DELIVERED else None,
            due_at=None,
            **fields,
        )
        Item.objects.create(practice=self.practice, thread_id=thread_id, kind="text", at=at, message=message)
        return message

    # Who --------------------------------------------------------------------------------------

    def _contact(self, moment: Moment) -> Contact | None:
        return self.contacts.get(moment.who)

    def _number(self, moment: Moment) -> str | None:
        contact = self._contact(moment)
        if contact is None:
            return None
        phone: ContactPhone = contact.phones.get(position=0)
        return phone.number

    def _sid(self, kind: str) -> str:
        return kind + hashlib.sha256(f"{self.practice.slug} {kind} {self.written}".encode()).hexdigest()[:32]
