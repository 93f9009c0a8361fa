"""The rows. One statement a table, the same for PostgreSQL and SQLite but for how they reckon with time.

Ids are computed, so that what belongs together finds itself: contact `i` has the id `base + i`, and so has its
thread; item `j` of it `item_base + i * PER_CONTACT + j`, and so has the message or the call that it stands for.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from aesthetix.lib import clock
from aesthetix.operations.scale import names
from aesthetix.operations.scale.people import people, read_unspaced
from aesthetix.practices.models import Practice, Staff
from contacts import models as contacts
from conversations.models import Item, Message, Thread
from telephony.models import Call, Line

PER_CONTACT = 4096


@dataclass(frozen=True)
class Plan:
    """What is written where. `base` and `item_base` are the ids before the first one."""

    practice: Practice
    count: int
    staff: tuple[int, ...]
    line: Line
    base: int
    item_base: int
    now: dt.datetime

    def ago(self, seconds: str) -> str:
        """The moment so many seconds before now; whole seconds, as Django writes them."""
        at = self.now.strftime("%Y-%m-%d %H:%M:%S")
        if connection.vendor == "postgresql":
            return f"timestamptz '{at}+00' - ({seconds}) * interval '1 second'"
        return f"datetime('{at}', '-' || ({seconds}) || ' seconds')"

    def day(self, days: str) -> str:
        if connection.vendor == "postgresql":
            return f"date '1940-01-01' + CAST({days} AS int)"
        return f"date('1940-01-01', ({days}) || ' days')"


def fill(practice: Practice, count: int, *, staff: list[Staff], line: Line, items: bool = True) -> None:
    """`count` contacts and, with `items`, five times as many lines in their threads. One transaction."""
    last = max(model.unscoped.aggregate(last=Max("pk"))["last"] or 0 for model in (contacts.Contact, Thread))
    last_item = max(model.unscoped.aggregate(last=Max("pk"))["last"] or 0 for model in (Item, Message, Call))
    now = clock.now().replace(microsecond=0)
    plan = Plan(practice, count, tuple(one.pk for one in staff), line, last + 1, last_item + 1, now)
    with transaction.atomic(), connection.cursor() as cursor, _without_indexes(cursor):
        with people(cursor, count):
            _people(plan)
            _what_is_known(plan)
            _threads(plan, items)
            if items:
                _items(plan)
                _work(plan)
        _continue_ids(cursor)
    read_unspaced(practice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(plan: Plan) -> None:
    who = f"CASE i % 10 {' '.join(f'WHEN {at} THEN {pk}' for at, pk in enumerate(plan.staff[:7]))} END"
    sources = " ".join(f"WHEN {at} THEN '{source}'" for at, source in enumerate(names.SOURCES))
    insert(
        contacts.Contact,
        "scale_person",
        id=f"{plan.base} + i",
        practice_id=f"{plan.practice.pk}",
        first_name="first",
        last_name="last",
        email="mail",
        birthday=f"CASE WHEN i % 4 < 3 THEN {plan.day('(i * 37) % 24000')} END",
        assigned_to_id=who,
        lead_source=f"CASE i % 9 {sources} ELSE '' END",
        alert="CASE WHEN i % 40 = 5 THEN 'Allergy: lidocaine' ELSE '' END",
        unverified_caller="(i % 20 = 13)",
        search_text="found_by",
        created_at=plan.ago("i * 90 + 60"),
        updated_at=plan.ago(f"((i * 7919) % {plan.count}) * 90 + 30"),
    )
    common = {"practice_id": f"{plan.practice.pk}", "contact_id": f"{plan.base} + i", "label": "'mobile'"}
    insert(contacts.ContactPhone, "scale_person", **common, number="'+' || digits", is_shared="(i % 50 = 1)")
    insert(
        contacts.ContactPhone,
        "scale_person WHERE second <> ''",
        **common | {"label": "'home'"},
        number="'+' || second",
        position="1",
        is_shared="FALSE",
    )


def _what_is_known(plan: Plan) -> None:
    """Tags, consents and what the practice's own fields say."""
    for at, (name, share) in enumerate(names.TAGS.items()):
        tag = contacts.Tag.objects.create(practice=plan.practice, name=name)
        insert(
            contacts.Contact.tags.through,
            f"scale_person WHERE (i * 7919 + {at * 977}) % 10000 < {share}",
            contact_id=f"{plan.base} + i",
            tag_id=str(tag.pk),
        )
    for channel, asked, refused in (("text", 60, 3), ("email", 30, 1), ("call", 10, 1)):
        insert(
            contacts.Consent,
            f"scale_person WHERE (i * 31) % 100 < {asked}",
            practice_id=f"{plan.practice.pk}",
            contact_id=f"{plan.base} + i",
            channel=f"'{channel}'",
            granted=f"((i * 31) % 100 >= {refused})",
            source="'Form'",
            at=plan.ago("i * 90"),
        )
    group = contacts.FieldGroup.objects.create(practice=plan.practice, name="Skin")
    seen = plan.day("30000 + i % 1500")
    options = [{"id": f"t{at}", "label": f"Type {at}"} for at in range(1, 7)]
    for name, kind, share, text, number, day in (
        ("Skin type", "dropdown", 60, "'t' || (1 + i % 6)", "NULL", "NULL"),
        ("Referred by", "text", 10, "first || ' ' || last", "NULL", "NULL"),
        ("Loyalty points", "number", 20, "CAST(i % 900 AS text)", "i % 900", "NULL"),
        ("Last consultation", "date", 30, f"CAST({seen} AS text)", "NULL", seen),
    ):
        key = name.lower().replace(" ", "_")
        own = {"practice": plan.practice, "group": group, "name": name, "key": key, "kind": kind}
        field = contacts.CustomField.objects.create(**own, options=options if kind == "dropdown" else [])
        insert(
            contacts.FieldValue,
            f"scale_person WHERE (i * 13) % 100 < {share}",
            practice_id=f"{plan.practice.pk}",
            contact_id=f"{plan.base} + i",
            field_id=str(field.pk),
            text=text,
            number=number,
            day=day,
        )


def _touched(plan: Plan, back: str = "0") -> str:
    """When contact `i` was last in touch, and `back` items before that."""
    return plan.ago(f"((i * 104729) % {plan.count}) * 60 + ({back}) * 7200 + 20")


def _threads(plan: Plan, items: bool) -> None:
    insert(
        Thread,
        "scale_person WHERE held > 0" if items else "scale_person",
        id=f"{plan.base} + i",
        practice_id=f"{plan.practice.pk}",
        contact_id=f"{plan.base} + i",
        last_item_at=_touched(plan),
        last_kind="'text'",
        preview="'See you soon'",
        unread_count="CASE WHEN i % 500 = 3 THEN 1 ELSE 0 END",
    )


def _items(plan: Plan) -> None:
    """Three of five are texts, the patient's and ours in turns, one is a call, one a note of the system."""
    every = "scale_person JOIN scale_held USING (held)"
    key, own = f"{plan.item_base} + i * {PER_CONTACT} + j", {"practice_id": f"{plan.practice.pk}"}
    texts = " ".join(f"WHEN {at} THEN '{text}'" for at, text in enumerate(names.TEXTS))
    inbound = "j % 2 = 0"
    insert(
        Message,
        f"{every} WHERE j % 5 < 3",
        **own,
        id=key,
        due_at="NULL",
        thread_id=f"{plan.base} + i",
        inbound=f"({inbound})",
        body=f"CASE (i + j) % {len(names.TEXTS)} {texts} END",
        from_address=f"CASE WHEN {inbound} THEN '+' || digits ELSE '{plan.line.number}' END",
        to_address=f"CASE WHEN {inbound} THEN '{plan.line.number}' ELSE '+' || digits END",
        state=f"CASE WHEN {inbound} THEN 'received' ELSE 'delivered' END",
        origin=f"CASE WHEN {inbound} THEN 'patient' ELSE 'staff' END",
        staff_id=f"CASE WHEN {inbound} THEN NULL ELSE {plan.staff[0]} END",
        idempotency_key=f"'scale:' || ({key})",
        provider_sid=f"'SM' || ({key})",
        created_at=_touched(plan, "j"),
    )
    insert(
        Call,
        f"{every} WHERE j % 5 = 3",
        **own,
        id=key,
        due_at="NULL",
        sid=f"'CA' || ({key})",
        line_id=str(plan.line.pk),
        contact_id=f"{plan.base} + i",
        from_number="'+' || digits",
        to_number=f"'{plan.line.number}'",
        state="'ended'",
        outcome="CASE WHEN i % 4 = 0 THEN 'missed' ELSE 'answered' END",
        reason="CASE WHEN i % 4 = 0 THEN 'no_answer' ELSE '' END",
        answered_by_id=f"CASE WHEN i % 4 = 0 THEN NULL ELSE {plan.staff[0]} END",
        started_at=_touched(plan, "j"),
        ended_at=_touched(plan, "j"),
    )
    insert(
        Item,
        every,
        **own,
        id=key,
        thread_id=f"{plan.base} + i",
        kind="CASE WHEN j % 5 < 3 THEN 'text' WHEN j % 5 = 3 THEN 'call' ELSE 'system' END",
        message_id=f"CASE WHEN j % 5 < 3 THEN {key} END",
        ref=f"CASE WHEN j % 5 = 3 THEN {key} END",
        text="CASE WHEN j % 5 = 4 THEN 'Photos were added.' ELSE '' END",
        at=_touched(plan, "j"),
    )


def _work(plan: Plan) -> None:
    """A note for every other contact, a task for every fifth, a twentieth of these still open."""
    own = {"practice_id": f"{plan.practice.pk}", "contact_id": f"{plan.base} + i"}
    bodies = " ".join(f"WHEN {at} THEN '{note}'" for at, note in enumerate(names.NOTES))
    note = {"author_id": str(plan.staff[0]), "body": f"CASE i % {len(names.NOTES)} {bodies} END"}
    first = (contacts.Note.unscoped.aggregate(last=Max("pk"))["last"] or 0) + 1
    insert(
        contacts.Note,
        "scale_person WHERE i % 2 = 0",
        **own,
        **note,
        id=f"{first} + i / 2",
        pinned="(i % 60 = 0)",
        created_at=plan.ago("i * 80 + 40"),
        updated_at=plan.ago("i * 80 + 40"),
    )
    insert(
        contacts.NoteVersion,
        "scale_person WHERE i % 2 = 0",
        practice_id=own["practice_id"],
        **note,
        note_id=f"{first} + i / 2",
        number="1",
        at=plan.ago("i * 80 + 40"),
    )
    is_open = "(i % 100 = 0)"
    insert(
        contacts.Task,
        "scale_person WHERE i % 5 = 0",
        **own,
        title="'Call back about the follow-up'",
        assignee_id=str(plan.staff[0]),
        creator_id=str(plan.staff[0]),
        due_moment=plan.ago("(i % 300000) * 60"),
        done_at=f"CASE WHEN {is_open} THEN NULL ELSE {plan.ago('(i % 300000) * 60')} END",
        done_by_id=f"CASE WHEN {is_open} THEN NULL ELSE {plan.staff[0]} END",
        created_at=plan.ago("(i % 300000) * 60 + 86400"),
    )


def insert(model: type[models.Model], source: str, /, **columns: str) -> None:
    """Rows of `model` from SQL expressions over `source`; columns that nobody names get the model's defaults."""
    given, values, params = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.column in columns:
            values.append(columns[field.column].replace("%", "%%"))
        elif field.primary_key:
            continue
        else:
            values.append("%s")
            params.append(field.get_db_prep_save(field.get_default(), connection))
        given.append(connection.ops.quote_name(str(field.column)))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        rows = f"SELECT {', '.join(values)} FROM {source.replace('%', '%%')}"  # noqa: S608
        cursor.execute(f"INSERT INTO {table} ({', '.join(given)}) {rows}", params)


TABLES = (
    *(contacts.Contact, contacts.ContactPhone, contacts.Contact.tags.through, contacts.Consent, contacts.FieldValue),
    *(Thread, Item, Message, Call, contacts.Note, contacts.NoteVersion, contacts.Task),
)


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """PostgreSQL, tables that are empty: built at the end, indexes take a tenth of the time. Keys are computed, so
    that a role that may leave out the check of each does."""
    dropped = _droppable() if connection.vendor == "postgresql" else []
    unchecked = bool(dropped) and _is_superuser(cursor)
    for name, _ in dropped:
        cursor.execute(f'DROP INDEX "{name}"')
    if unchecked:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    if unchecked:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    for statement in ("SET CONSTRAINTS ALL IMMEDIATE", "SET LOCAL maintenance_work_mem = '512MB'") if dropped else ():
        cursor.execute(statement)
    for _, definition in dropped:
        cursor.execute(definition)


def _is_superuser(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _droppable() -> list[tuple[str, str]]:
    """Indexes of our empty tables that stand behind no constraint."""
    if any(model._base_manager.exists() for model in TABLES):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = current_schema()"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [[model._meta.db_table for model in TABLES]],
        )
        return list(cursor.fetchall())


def _continue_ids(cursor: Any) -> None:
    for statement in connection.ops.sequence_reset_sql(no_style(), list(TABLES)):
        cursor.execute(statement)
