"""The two busiest steps of an inbound call in bare SQL: who is calling, and writing the call down.

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
from aesthetix.lib.rows import insert_once
from aesthetix.lib.sql import fetch_one
from aesthetix.practices.models import Practice
from contacts.models import Contact
from conversations.services import threads
from telephony.models import Call

PREVIEW = "Incoming call"

_CALLER = """
SELECT c.id, c.assigned_to_id FROM contacts_contactphone p
JOIN contacts_contact c ON c.id = p.contact_id
LEFT JOIN conversations_thread t ON t.contact_id = c.id
WHERE p.practice_id = %s AND p.number = %s
ORDER BY t.last_item_at DESC NULLS LAST, c.updated_at DESC, c.id DESC LIMIT 1"""


@dataclass(frozen=True)
class KnownCaller:
    contact_id: int
    owner_id: int | None


def find_caller(practice: Practice, number: str) -> KnownCaller | None:
    """`Contact.objects.with_number(number).first()`, two columns of it."""
    row = fetch_one(_CALLER, (practice.pk, number))
    return KnownCaller(*row) if row else None


def write_call(call: Call, events: list[Event]) -> bool:
    """The call, its place in the thread and its events, or nothing: False when this call was written before.

    `events` are unsaved and get the call's id. In the caller's transaction where there is one.
    """
    write = _in_one_statement if connection.vendor == "postgresql" else _row_by_row
    if not write(call, events):
        return False
    outbox.ring_for(events)
    return True


@transaction.atomic
def _row_by_row(call: Call, events: list[Event]) -> bool:
    if not insert_once(call):
        return False
    contact = Contact(pk=call.contact_id) if call.contact_id else None
    threads.add_item(call.practice, contact, "call", ref=call.pk, preview=PREVIEW, unread=True)
    for event in events:
        event.payload["call_id"] = call.pk
        event.due_at = event.due_at if outbox.is_awaited(event) else None
    Event.objects.bulk_create(events)
    return True


# The thread's part is that of conversations/services/threads.py. Events come as one JSON array.
_WRITE = """
WITH call AS (
  INSERT INTO telephony_call (practice_id, sid, line_id, contact_id, inbound, from_number, to_number, state, outcome,
    reason, route, lead_source, accepted_leg, started_at)
  VALUES (%(practice)s, %(sid)s, %(line)s, %(contact)s, true, %(from)s, %(to)s, %(state)s, %(outcome)s,
    %(reason)s, %(route)s, %(lead_source)s, '', %(now)s)
  ON CONFLICT (sid) DO NOTHING RETURNING id),
thread AS (
  INSERT INTO conversations_thread AS held (practice_id, contact_id, last_item_at, last_kind, preview, unread_count)
  SELECT %(practice)s, %(contact)s, %(now)s, 'call', %(preview)s, 1 FROM call
  ON CONFLICT {target} DO UPDATE SET
    unread_count = held.unread_count + 1,
    last_kind = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.last_kind ELSE 'call' END,
    preview = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.preview ELSE excluded.preview END,
    last_item_at = GREATEST(excluded.last_item_at, held.last_item_at)
  RETURNING id),
item AS (
  INSERT INTO conversations_item (practice_id, thread_id, kind, at, ref, text)
  SELECT %(practice)s, thread.id, 'call', %(now)s, call.id, '' FROM thread, call),
said AS (
  INSERT INTO events_event (practice_id, due_at, attempts, last_error, type, contact_id, payload, occurred_at)
  SELECT %(practice)s, CASE WHEN (e->>'awaited')::boolean THEN %(now)s END, 0, '', e->>'type', %(contact)s,
    e->'payload' || jsonb_build_object('call_id', call.id), %(now)s
  FROM call, jsonb_array_elements(%(events)s::jsonb) WITH ORDINALITY AS listed (e, n) ORDER BY n)
SELECT id FROM call"""
_TO_CONTACT = _WRITE.format(target="(contact_id)")
_TO_ANONYMOUS = _WRITE.format(target="(practice_id) WHERE contact_id IS NULL")


def _as_json(event: Event) -> dict[str, Any]:
    return {"type": event.type, "payload": event.payload, "awaited": outbox.is_awaited(event)}


def _in_one_statement(call: Call, events: list[Event]) -> bool:
    now = clock.now()
    values: dict[str, Any] = {
        "practice": call.practice_id,
        "sid": call.sid,
        "line": call.line_id,
        "contact": call.contact_id,
        "from": call.from_number,
        "to": call.to_number,
        "state": call.state,
        "outcome": call.outcome,
        "reason": call.reason,
        "route": json.dumps(call.route),
        "lead_source": call.lead_source,
        "now": now,
        "preview": PREVIEW,
        "events": json.dumps([_as_json(event) for event in events]),
    }
    row = fetch_one(_TO_CONTACT if call.contact_id else _TO_ANONYMOUS, values)
    if row is None:
        return False
    call.pk, call.started_at = row[0], now
    call._state.adding, call._state.db = False, connection.alias
    return True
