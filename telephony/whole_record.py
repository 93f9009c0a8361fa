"""The phone's part of a patient's whole record: calls, and their recordings as files."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format

from aesthetix.lib.phone import display
from contacts.models import Contact
from contacts.whole_record.parts import Cell, Kept, Part, Table
from telephony.models import Call, Recording

SLICE = 200


def tables(contact: Contact) -> Iterator[Table]:
    call = (
        *(("at", "When"), ("direction", "Direction"), ("from", "From"), ("to", "To"), ("line", "Line")),
        *(("outcome", "Outcome"), ("answered_by", "Answered by"), ("answered", "Answered"), ("ended", "Ended")),
    )
    yield Table("calls", "Calls", call, _calls(contact))
    recording = (("at", "When"), ("kind", "Kind"), ("seconds", "Seconds"), ("state", "State"))
    yield Table("recordings", "Recordings and voicemails", recording, _recordings(contact))


def files(contact: Contact) -> Iterator[Kept]:
    tz = contact.practice.tz
    for one in _of(contact).exclude(file="").iterator(SLICE):
        at = date_format(one.created_at.astimezone(tz), "Y-m-d H.i")
        ending = one.file.name.rpartition(".")[2]
        name = f"{at} {one.get_kind_display()}.{ending}"
        yield Kept(("Recordings", name), one.file, one.created_at, f"recording {one.pk}")


def _calls(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Call.objects.for_practice(contact.practice_id).filter(contact=contact)
    for call in rows.select_related("line", "answered_by__user").order_by("started_at", "id").iterator(SLICE):
        numbers = (display(call.from_number) if call.from_number else "withheld", display(call.to_number))
        line, by = (str(one) if one else None for one in (call.line, call.answered_by))
        direction = "incoming" if call.inbound else "outgoing"
        yield (
            call.started_at,
            direction,
            *numbers,
            line,
            call.get_outcome_display(),
            by,
            call.answered_at,
            call.ended_at,
        )


def _recordings(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    for one in _of(contact).iterator(SLICE):
        yield one.created_at, one.get_kind_display(), one.seconds, one.get_state_display()


def _of(contact: Contact) -> Any:
    return (
        Recording.objects.for_practice(contact.practice_id).filter(call__contact=contact).order_by("created_at", "id")
    )


PART = Part(30, tables, files)
