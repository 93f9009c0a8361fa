"""One run per caller and cool-off, held by the database (docs/decisions/016-cool-off.md)."""

import datetime as dt

from django.db import models

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from conversations.models import Message
from workflows.models import CoolOff, Enrollment, Workflow
from workflows.words import length


def claim_cool_off(workflow: Workflow, enrollment: Enrollment, subject: str) -> str:
    """Claim the caller's cool-off. Of any number of calls at once the database lets one through:
    the unique key when the caller is new, the compare-and-set when an older cool-off has run out."""
    minutes = enrollment.version.definition.get("cool_off_minutes", 0)
    if not minutes:
        return ""
    now = clock.now()
    claim = {"taken_at": now, "until": now + dt.timedelta(minutes=minutes), "enrollment": enrollment}
    if insert_once(CoolOff(practice_id=workflow.practice_id, workflow=workflow, subject=subject, **claim)):
        return ""
    rows = CoolOff.objects.for_practice(workflow.practice_id).filter(workflow=workflow, subject=subject)
    if rows.filter(until__lte=now).update(**claim):
        return ""
    return _taken(rows.get(), minutes, now)


def _taken(row: CoolOff, minutes: int, now: dt.datetime) -> str:
    since = max(int((now - row.taken_at).total_seconds()) // 60, 0)
    ago = f"{length(since)} ago" if since else "less than a minute ago"
    if row.enrollment_id and _texted(row):
        return f"A text was sent to this caller {ago}; one per {length(minutes)}."
    return f"This workflow started for this caller {ago}; once per {length(minutes)}."


def _texted(row: CoolOff) -> bool:
    sent = Message.objects.for_practice(row.practice_id).filter(
        idempotency_key__startswith=f"workflow:{row.enrollment_id}:"
    )
    return bool(sent.exclude(models.Q(state=Message.State.WITHHELD) | models.Q(state=Message.State.FAILED)).exists())


def give_back_cool_off(run: Enrollment) -> None:
    """Its text was withheld, so nothing has to be waited out: the caller may have agreed to texts by the next call."""
    row = CoolOff.objects.for_practice(run.practice_id).filter(enrollment=run).first()
    if row and not _texted(row):
        CoolOff.objects.for_practice(run.practice_id).filter(pk=row.pk, enrollment=run).update(until=clock.now())


def give_back_for_message(practice: Practice, message_id: int) -> None:
    """For a text of a run; of all other texts nothing is given back."""
    message = Message.objects.for_practice(practice).filter(pk=message_id).first()
    key = message.idempotency_key.split(":") if message else []
    if key[:1] != ["workflow"] or not key[1].isdecimal():
        return
    run = Enrollment.objects.for_practice(practice).filter(pk=int(key[1])).first()
    if run is not None:
        give_back_cool_off(run)
