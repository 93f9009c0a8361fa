"""A call whose end nobody has told us: reports get lost, above all while we are down. The carrier is asked."""

from django.db import transaction

from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from telephony.carriers.base import CallReport, CallStatus
from telephony.carriers.twilio import calls as carrier
from telephony.models import Call, Leg, Recording
from telephony.services import calls, hub, legs, recordings


def ask_about(call: Call) -> None:
    """Still going on: ask again later. Over: settled by what the carrier says of its phones and recordings."""
    account = call.practice.carrier_account
    report = carrier.report_on(account, call.sid)
    if report and not report.status.is_final:
        _ask_again(call)
        return
    phones = carrier.report_on_phones(account, call.sid)
    sounds = carrier.report_on_recordings(account, call.sid)
    with transaction.atomic():
        calls.end_call(call, report.ended_at if report else None)
        for phone in phones:
            _note_phone(call, phone)
        _settle(call)
        for sound in sounds:
            kind = Recording.Kind.VOICEMAIL if sound.is_voicemail else Recording.Kind.CALL
            recordings.note_recording(
                call, sid=sound.sid, kind=kind, url=sound.url, seconds=sound.seconds, status=sound.status
            )


def _ask_again(call: Call) -> None:
    call.due_at, call.attempts = clock.now() + calls.LOOK_AFTER, 0
    call.save(update_fields=["due_at", "attempts"])


def _note_phone(call: Call, phone: CallReport) -> None:
    places = [place for place, known in enumerate(call.decision.destinations) if known.address == phone.address]
    if not places:
        return
    leg = legs.note_leg(call, sid=phone.sid, index=places[0], status=phone.status)
    if phone.status == CallStatus.COMPLETED:
        unanswered = Leg.objects.for_practice(call.practice_id).filter(pk=leg.pk, answered_at=None)
        unanswered.update(answered_at=phone.started_at)


def _settle(call: Call) -> None:
    call.refresh_from_db(fields=["outcome", "state"])
    if call.outcome == Call.Outcome.PENDING:
        calls.decide_from_legs(call, otherwise="unreported")
    hub.end_other_legs(call)


@transaction.atomic
def _give_up(call: Call) -> None:
    """The carrier does not say. What we know ourselves decides."""
    calls.end_call(call)
    _settle(call)


WorkQueue("calls", Call, ask_about, gave_up=_give_up, batch=5, celery_queue="realtime").register()
