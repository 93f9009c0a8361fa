"""Voicemails and recordings: noted when the carrier speaks of them, fetched into our storage by a worker."""

import datetime as dt

from django.core.files import File
from django.db import transaction

from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from telephony.carriers.base import ProviderPermanent
from telephony.carriers.twilio import media
from telephony.models import Call, CarrierAccount, Recording
from telephony.services import calls, thread_items


def note_recording(call: Call, *, sid: str, kind: str, url: str, seconds: int, status: str = "") -> Recording:
    """A recording exists at the carrier. `status`: RecordingStatus of its callback, or empty when only the
    <Record> or <Dial> action has spoken of it; the sound can be fetched once it is "completed"."""
    row = Recording(practice_id=call.practice_id, call=call, sid=sid, kind=kind, url=url, due_at=None)
    with transaction.atomic():
        if not insert_once(row):
            row = Recording.objects.for_practice(call.practice_id).get(sid=sid)
        if status == "absent":
            _note_absent(row)
        else:
            _note_present(row, call, url, seconds, ready=status == "completed")
    return row


def _note_absent(row: Recording) -> None:
    pending = Recording.objects.for_practice(row.practice_id).filter(pk=row.pk, state=Recording.State.PENDING)
    pending.update(state=Recording.State.ABSENT, due_at=None)


def _note_present(row: Recording, call: Call, url: str, seconds: int, *, ready: bool) -> None:
    pending = Recording.objects.for_practice(row.practice_id).filter(pk=row.pk, state=Recording.State.PENDING)
    if url:
        pending.update(url=url)
    if seconds:
        pending.update(seconds=seconds)
    if ready:
        pending.update(due_at=clock.now())
        outbox.ring("recordings")
    if seconds and row.kind == Recording.Kind.VOICEMAIL:
        _show_voicemail(row, call, seconds)


def _show_voicemail(row: Recording, call: Call, seconds: int) -> None:
    if thread_items.show_voicemail(row, call, seconds):
        outbox.emit_all(calls.event(call, "voicemail.received", recording_id=row.pk))


def fetch(row: Recording) -> None:
    """Bring the sound into our storage, then remove it at the carrier. Due until both are done: the second
    may fail, and what is stored is then neither fetched again nor lost."""
    account = CarrierAccount.objects.get(practice=row.practice_id)
    if row.state != Recording.State.STORED:
        _store(account, row)
    media.delete_recording(account, row.sid)
    row.due_at = None
    row.save(update_fields=["due_at"])


def _store(account: CarrierAccount, row: Recording) -> None:
    with media.fetch_recording(account, row.url) as sound:
        row.file.save(f"{row.sid}.wav", File(sound.file), save=False)
    row.content_type, row.state = sound.content_type[:40], Recording.State.STORED
    with transaction.atomic():
        row.save(update_fields=["file", "content_type", "state"])
        outbox.emit_all(calls.event(row.call, "recording.stored", recording_id=row.pk))


def _fetch(row: Recording) -> None:
    try:
        fetch(row)
    except ProviderPermanent as error:
        _give_up(row, error.code)


def _give_up(row: Recording, error: str = "") -> None:
    """What is in our storage stays playable, even if the carrier keeps its copy."""
    if row.state != Recording.State.STORED:
        row.state = Recording.State.FAILED
    row.due_at, row.last_error = None, error or row.last_error
    row.save(update_fields=["state", "due_at", "last_error"])


WorkQueue(
    "recordings", Recording, _fetch, gave_up=_give_up, batch=5, lease=dt.timedelta(minutes=3), celery_queue="documents"
).register()
