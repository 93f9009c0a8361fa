"""Reading what a workflow decides on: the missed call, the hours, the contact's tags."""

import datetime as dt
from collections.abc import Callable

from aesthetix.events.models import Event
from aesthetix.lib import clock, phone
from aesthetix.practices.hours import is_open
from aesthetix.practices.models import BusinessHours, Holiday, Practice
from contacts.models import Contact
from telephony.models import Call
from workflows.filters import Facts
from workflows.words import length

# A text-back that comes half a day after the call is worse than none (a worker may have been down).
TOO_LATE = dt.timedelta(hours=12)


def call_of(event: Event) -> Call | None:
    calls = Call.objects.for_practice(event.practice_id).select_related("line", "contact")
    call: Call | None = calls.filter(pk=event.payload.get("call_id")).first()
    return call


def contact_of(event: Event, call: Call | None) -> Contact | None:
    """Whose call it was: the contact that the thread shows now, else the one that the event names."""
    if call and call.contact:
        return call.contact
    contact: Contact | None = Contact.objects.for_practice(event.practice_id).filter(pk=event.contact_id).first()
    return contact


def hours_of(practice: Practice) -> Callable[[dt.datetime], bool]:
    """The practice's hours, read once: a function that says whether it is open at a time."""
    shifts = list(BusinessHours.objects.for_practice(practice))
    holidays = set(Holiday.objects.for_practice(practice).values_list("date", flat=True))
    return lambda at: is_open(shifts, holidays, practice.tz, at)


def tags_of(contact: Contact) -> set[str]:
    return set(contact.tags.values_list("name", flat=True))


def facts_of(event: Event, call: Call | None, contact: Contact) -> Facts:
    """What the filters look at. The hours are those of the call, however late the event arrives."""
    line_id = call.line_id if call else event.payload.get("line_id")
    in_hours = hours_of(event.practice)(event.occurred_at)
    return Facts(line_id=line_id, in_hours=in_hours, tags=frozenset(tags_of(contact)))


def no_caller(call: Call | None, contact: Contact | None) -> str:
    """Why there is nobody to text, for staff; empty when there is somebody."""
    if contact is not None:
        return ""
    if call is not None and phone.is_withheld(call.from_number):
        return "The caller withheld their number, so there is nobody to text."
    return "The caller is not a contact: one of the practice’s own lines or staff, or a deleted record."


def too_late(event: Event) -> str:
    """Why an event that lay about too long (a worker was down) is let go; empty when it is in time."""
    late = clock.now() - event.occurred_at
    if late <= TOO_LATE:
        return ""
    return f"The call was missed {length(int(late.total_seconds()) // 60)} ago, which is too late to react."
