"""Ring All with several outside phones behind Call Connect (architecture decision 10).

In one <Dial> the first phone that is picked up stops the others, even if a machine picked up. So the
apps ring in the <Dial>, each screened phone is a call of its own, and the first that *accepts* wins by
compare-and-set; the others are ended.
"""

from django.db import transaction

from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from telephony import answers
from telephony.carriers.base import ProviderPermanent, ProviderTemporary, ProviderUnknown
from telephony.carriers.twilio import calls as carrier
from telephony.models import Call, CarrierCommand, Leg
from telephony.route import Route
from telephony.services import calls

Kind = CarrierCommand.Kind


def plan_legs(call: Call, route: Route) -> None:
    """Write down the screened phones that ring beside the <Dial>; a worker places them."""
    screened = [str(index) for index, phone in enumerate(route.destinations) if phone.screened]
    _command(call, Kind.PLACE_LEG, *screened)


def accept(call: Call, leg: Leg) -> bool:
    """A screened phone pressed its key. The first gets the caller; False for everybody after that."""
    with transaction.atomic():
        free = Call.objects.for_practice(call.practice_id).filter(
            pk=call.pk, accepted_leg="", outcome=Call.Outcome.PENDING, state=Call.State.RINGING
        )
        if not free.update(accepted_leg=leg.sid):
            return False
        calls.mark_answered(call, leg.sid)
        _command(call, Kind.JOIN_CALLER, leg.sid)
        end_other_legs(call, leg.sid)
    return True


def end_other_legs(call: Call, winner: str = "") -> None:
    """Stop the phones that still ring beside the <Dial>: when somebody took the call, and when nobody did."""
    if not answers.needs_hub(call.decision):
        return  # the carrier ends the phones of a <Dial> by itself
    placed = Leg.objects.for_practice(call.practice_id).filter(call=call, kind="number", ended_at=None)
    _command(call, Kind.END_LEG, *placed.exclude(sid=winner).values_list("sid", flat=True))


def hush_latecomer(call: Call, leg: Leg) -> None:
    """A phone that was being placed while the caller hung up or was answered begins to ring only now."""
    took_it = leg.sid == call.accepted_leg  # its "ringing" may come after its key press
    if not took_it and not _still_ringing(call) and answers.needs_hub(call.decision):
        _command(call, Kind.END_LEG, leg.sid)


def _command(call: Call, kind: str, *targets: str) -> None:
    rows = [CarrierCommand(practice_id=call.practice_id, call=call, kind=kind, target=target) for target in targets]
    CarrierCommand.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        outbox.ring("carrier_commands")


def carry_out(command: CarrierCommand) -> None:
    """One command to the carrier. A time-out may have reached it: never sent a second time."""
    try:
        if _may_send(command):
            _send(command)
    except ProviderTemporary:
        CarrierCommand.objects.for_practice(command.practice_id).filter(pk=command.pk).update(done_at=None)
        raise
    except (ProviderPermanent, ProviderUnknown) as error:
        command.last_error = type(error).__name__
    command.due_at, command.done_at = None, clock.now()
    command.save(update_fields=["due_at", "done_at", "last_error"])


def _may_send(command: CarrierCommand) -> bool:
    """Placing a leg is marked before it is asked for: a worker killed in between must not ring a phone twice.
    Joining and ending do no harm twice, and are marked afterwards."""
    if command.kind != Kind.PLACE_LEG:
        return command.done_at is None
    fresh = CarrierCommand.objects.for_practice(command.practice_id).filter(pk=command.pk, done_at=None)
    return _still_ringing(command.call) and bool(fresh.update(done_at=clock.now()))


def _still_ringing(call: Call) -> bool:
    return call.outcome == Call.Outcome.PENDING and call.state == Call.State.RINGING


def _send(command: CarrierCommand) -> None:
    call, account = command.call, command.call.practice.carrier_account
    if command.kind == Kind.PLACE_LEG:
        _place_leg(command)
    elif command.kind == Kind.JOIN_CALLER:
        carrier.redirect_call(account, call.sid, url=answers.url("hub", call=call.sid))
    else:
        carrier.end_call(account, command.target)


def _place_leg(command: CarrierCommand) -> None:
    call, index = command.call, int(command.target)
    route = call.decision
    ids = {"call": call.sid, "d": index}
    carrier.place_call(
        call.practice.carrier_account,
        from_number=call.to_number,
        to=route.destinations[index].address,
        answer_url=answers.url("whisper", **ids),
        status_url=answers.url("leg", **ids),
        timeout=route.timeout,
    )


WorkQueue("carrier_commands", CarrierCommand, carry_out, celery_queue="realtime").register()
