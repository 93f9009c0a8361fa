"""The two statements of an inbound call, in bare SQL: who calls whom, and writing the call down.

A practice's phone is as fast as this. Through the ORM the webhook reached a fifth of what the database
allows (`make bench JOB=webhook`; docs/decisions/008-webhook-sql.md); everything else stays with the ORM.
tests/test_first_write.py holds each statement against the ORM's answer.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.lib.phone import is_withheld, to_e164
from aesthetix.lib.rows import insert_once
from aesthetix.lib.sql import fetch_one
from contacts.models import Contact
from contacts.services import identify
from conversations.services import threads
from telephony.models import Call, Line
from telephony.route import route_json

PREVIEW = "Incoming call"


# Who calls whom -----------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownCaller:
    contact_id: int
    owner_id: int | None


@dataclass(frozen=True)
class Arrival:
    """A call to one of our lines. `number` is the caller's in E.164, or None when it is withheld or none.

    `line` comes with its practice, the practice's voice settings and its carrier account.
    """

    line: Line
    number: str | None
    from_number: str
    known: KnownCaller | None


# The caller as `Contact.objects.with_number(number).first()` finds them.
_ARRIVAL = """
SELECT v.version, c.id, c.assigned_to_id FROM telephony_line l
JOIN telephony_voicesettings v ON v.practice_id = l.practice_id
LEFT JOIN contacts_contactphone p ON p.practice_id = l.practice_id AND p.number = %s
LEFT JOIN contacts_contact c ON c.id = p.contact_id
LEFT JOIN conversations_thread t ON t.contact_id = c.id
WHERE l.number = %s
ORDER BY t.last_item_at DESC NULLS LAST, c.updated_at DESC, c.id DESC LIMIT 1"""
_lines: dict[str, tuple[int, Line]] = {}


def find_arrival(called: str, from_number: str) -> Arrival | None:
    """None when `called` is not a line of a practice with a carrier account."""
    number = None if is_withheld(from_number) else to_e164(from_number)
    row = fetch_one(_ARRIVAL, (number or "", called))
    version, contact_id, owner_id = row or (None, None, None)
    line = _line(called, version)
    known = KnownCaller(contact_id, owner_id) if contact_id else None
    return Arrival(line, number, from_number, known) if line else None


def _line(number: str, version: int | None) -> Line | None:
    """Its rows are read again when their practice's configuration has a new version."""
    read_at, line = _lines.get(number, (None, None))
    if line is None or version is None or version != read_at:
        line = _read_line(number)
        if line and version is not None:
            _lines[number] = (version, line)
    return line


def _read_line(number: str) -> Line | None:
    related = ("practice__voice_settings__greeting", "practice__carrier_account")
    found = Line.objects.across_practices().filter(number=number, practice__carrier_account__isnull=False)
    line: Line | None = found.select_related(*related).first()
    return line


# Writing it down ----------------------------------------------------------------------------


def write_call(call: Call, events: list[Event], *, new_caller: bool = False) -> bool:
    """The call, its place in the thread and its events, or nothing: False when this call was written before.

    `new_caller`: also the contact, marked "unverified caller"; False as well when somebody else has made
    a contact for the number since. `events` are unsaved and get the ids of call and contact. In the
    caller's transaction where there is one.
    """
    write = _in_one_statement if connection.vendor == "postgresql" else _row_by_row
    if not write(call, events, new_caller):
        return False
    outbox.ring_for(events)
    return True


@transaction.atomic
def _row_by_row(call: Call, events: list[Event], new_caller: bool) -> bool:
    if new_caller:
        call.contact, is_new = identify.create_caller(call.practice, call.from_number, lead_source=call.lead_source)
    if (new_caller and not is_new) or not insert_once(call):
        transaction.set_rollback(True)
        return False
    contact = Contact(pk=call.contact_id) if call.contact_id else None
    threads.add_item(call.practice, contact, "call", ref=call.pk, preview=PREVIEW, unread=True)
    for event in events:
        event.contact_id, event.payload["call_id"] = call.contact_id, call.pk
        event.due_at = event.due_at if outbox.is_awaited(event) else None
    Event.objects.bulk_create(events)
    return True


_KNOWN_CALLER = "WITH caller AS (SELECT %(contact)s::bigint AS id),"
# The number's unique key decides who makes the contact; its id is reserved before, so that the phone can come first.
# "+ 0": a plan made while the table was small must not find the call through its practice, by reading every call.
_NEW_CALLER = """
WITH reserved AS (
  SELECT nextval(pg_get_serial_sequence('contacts_contact', 'id')) AS id
  WHERE NOT EXISTS (SELECT FROM telephony_call WHERE sid = %(sid)s AND practice_id + 0 = %(practice)s::bigint)),
caller AS (
  INSERT INTO contacts_contactphone (practice_id, contact_id, number, label, position, is_shared)
  SELECT %(practice)s::bigint, reserved.id, %(from)s, 'mobile', 0, false FROM reserved
  ON CONFLICT (practice_id, number) WHERE NOT is_shared DO NOTHING RETURNING contact_id AS id),
person AS (
  INSERT INTO contacts_contact (id, practice_id, first_name, last_name, email, lead_source, unverified_caller,
    search_text, created_at, updated_at)
  SELECT caller.id, %(practice)s::bigint, '', '', '', %(lead_source)s, true, ltrim(%(from)s, '+'), %(now)s, %(now)s
  FROM caller),"""
# The thread's part is that of conversations/services/threads.py. Events come as one JSON array.
_WRITE = """
call AS (
  INSERT INTO telephony_call (practice_id, sid, line_id, contact_id, inbound, from_number, to_number, state, outcome,
    reason, route, lead_source, accepted_leg, started_at, due_at, attempts, last_error)
  SELECT %(practice)s::bigint, %(sid)s, %(line)s::bigint, caller.id, true, %(from)s, %(to)s, %(state)s, %(outcome)s,
    %(reason)s, %(route)s::jsonb, %(lead_source)s, '', %(now)s::timestamptz,
    %(due_at)s::timestamptz, 0, '' FROM caller
  ON CONFLICT (practice_id, sid) DO NOTHING RETURNING id, contact_id),
thread AS (
  INSERT INTO conversations_thread AS held (practice_id, contact_id, last_item_at, last_kind, preview, unread_count)
  SELECT %(practice)s::bigint, call.contact_id, %(now)s::timestamptz, 'call', %(preview)s, 1 FROM call
  ON CONFLICT {target} DO UPDATE SET
    unread_count = held.unread_count + 1,
    last_kind = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.last_kind ELSE 'call' END,
    preview = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.preview ELSE excluded.preview END,
    last_item_at = GREATEST(excluded.last_item_at, held.last_item_at)
  RETURNING id),
item AS (
  INSERT INTO conversations_item (practice_id, thread_id, kind, at, ref, text)
  SELECT %(practice)s::bigint, thread.id, 'call', %(now)s::timestamptz, call.id, '' FROM thread, call),
said AS (
  INSERT INTO events_event (practice_id, due_at, attempts, last_error, type, contact_id, payload, occurred_at)
  SELECT %(practice)s::bigint, CASE WHEN (e->>'awaited')::boolean THEN %(now)s::timestamptz END, 0, '', e->>'type',
    call.contact_id, e->'payload' || jsonb_build_object('call_id', call.id), %(now)s::timestamptz
  FROM call, jsonb_array_elements(%(events)s::jsonb) WITH ORDINALITY AS listed (e, n) ORDER BY n)
SELECT id, contact_id FROM call"""
_TO_CONTACT = _WRITE.format(target="(contact_id)")
_TO_ANONYMOUS = _WRITE.format(target="(practice_id) WHERE contact_id IS NULL")


def _as_json(event: Event) -> dict[str, Any]:
    return {"type": event.type, "payload": event.payload, "awaited": outbox.is_awaited(event)}


def _statement(call: Call, new_caller: bool) -> str:
    if new_caller:
        return _NEW_CALLER + _TO_CONTACT
    return _KNOWN_CALLER + (_TO_CONTACT if call.contact_id else _TO_ANONYMOUS)


def _in_one_statement(call: Call, events: list[Event], new_caller: bool) -> bool:
    now = clock.now()
    values: dict[str, Any] = {
        "practice": call.practice_id,
        "sid": call.sid,
        "line": call.line_id,
        "from": call.from_number,
        "to": call.to_number,
        "state": call.state,
        "outcome": call.outcome,
        "reason": call.reason,
        "route": route_json(call.decision),
        "lead_source": call.lead_source,
        "now": now,
        "due_at": call.due_at,
        "preview": PREVIEW,
        "events": json.dumps([_as_json(event) for event in events]),
    }
    row = fetch_one(_statement(call, new_caller), values if new_caller else {**values, "contact": call.contact_id})
    if row is None:
        return False
    (call.pk, call.contact_id), call.started_at = row, now
    call._state.adding, call._state.db = False, connection.alias
    return True
