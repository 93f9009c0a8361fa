"""Ring All with several outside phones behind Call Connect (architecture decision 10).

In one <Dial> the first phone that is picked up stops the others, even if a machine picked up. So the
apps ring in the <Dial>, each screened phone is a call of its own, and the first that *accepts* wins by
compare-and-set; the others are ended. When the apps are through, the caller goes on waiting for the screened
phones (services/hub_waiting).
"""

from django.db import transaction

from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from telephony import answers
from telephony.carriers.base import ProviderPermanent, ProviderTemporary, ProviderUnknown
from telephony.carriers.twilio import calls as carrier
from telephony.models import Call, CarrierCommand, Leg
from telephony.route import Route
from telephony.services import calls, hub_waiting
from telephony.services.commands import command

Kind = CarrierCommand.Kind


def plan_legs(call: Call, route: Route) -> None:
    """Write down the screened phones that ring beside the <Dial>; a worker places them."""
    screened = [str(index) for index, phone in enumerate(route.destinations) if phone.screened]
    command(call, Kind.PLACE_LEG, *screened)


def accept(call: Call, leg: Leg) -> bool:
    """A screened phone pressed its key. The first gets the caller; False for everybody after that."""
    with transaction.atomic():
        free = Call.objects.for_practice(call.practice_id).filter(
            pk=call.pk, accepted_leg="", outcome=Call.Outcome.PENDING, state=Call.State.RINGING
        )
        if not free.update(accepted_leg=leg.sid):
            call.refresh_from_db(fields=["accepted_leg", "outcome", "state"])
            return False
        calls.mark_answered(call, leg.sid)
        command(call, Kind.JOIN_CALLER, leg.sid)
        end_other_legs(call, leg.sid)
    return True


def end_other_legs(call: Call, winner: str = "") -> None:
    """Stop the phones that still ring beside the <Dial>: when somebody took the call, and when nobody did."""
    if not answers.needs_hub(call.decision):
        return  # the carrier ends the phones of a <Dial> by itself
    placed = Leg.objects.for_practice(call.practice_id).filter(call=call, kind="number", ended_at=None)
    command(call, Kind.END_LEG, *placed.exclude(sid=winner).values_list("sid", flat=True))


def hush_latecomer(call: Call, leg: Leg) -> None:
    """A phone that was being placed while the caller hung up or was answered begins to ring only now."""
    took_it = leg.sid == call.accepted_leg  # its "ringing" may come after its key press
    if not took_it and not _still_ringing(call) and answers.needs_hub(call.decision):
        command(call, Kind.END_LEG, leg.sid)


def takes_caller_along(call: Call) -> bool:
    """Whether the answer that is being given may bring the caller to the phone that accepted. Not while the carrier
    is asked for the same: a caller who is moved again leaves the conference, and that ends it."""
    joins = CarrierCommand.objects.for_practice(call.practice_id).filter(call=call, kind=Kind.JOIN_CALLER)
    return bool(joins.filter(done_at=None).update(done_at=clock.now()))


def carry_out(order: CarrierCommand) -> None:
    """One command to the carrier. A time-out may have reached it: never sent a second time."""
    try:
        if _may_send(order):
            _send(order)
    except ProviderTemporary:
        CarrierCommand.objects.for_practice(order.practice_id).filter(pk=order.pk).update(done_at=None)
        raise
    except (ProviderPermanent, ProviderUnknown) as error:
        order.last_error = type(error).__name__
    order.due_at, order.done_at = None, clock.now()
    order.save(update_fields=["due_at", "done_at", "last_error"])
    if order.last_error == ProviderPermanent.__name__:
        hub_waiting.phone_is_through(order.call)


def _may_send(order: CarrierCommand) -> bool:
    """What must not happen twice is marked before it is asked for: a worker killed in between must not ring a phone
    again, or take a caller out of a talk. Ending does no harm twice, and is marked afterwards."""
    if order.kind == Kind.END_LEG:
        return order.done_at is None
    fresh = CarrierCommand.objects.for_practice(order.practice_id).filter(pk=order.pk, done_at=None)
    return _has_sense(order) and bool(fresh.update(done_at=clock.now()))


def _has_sense(order: CarrierCommand) -> bool:
    if order.kind == Kind.TO_VOICEMAIL:
        return order.call.state == Call.State.RINGING
    return order.kind == Kind.JOIN_CALLER or _still_ringing(order.call)


def _still_ringing(call: Call) -> bool:
    return call.outcome == Call.Outcome.PENDING and call.state == Call.State.RINGING


def _send(order: CarrierCommand) -> None:
    call, account = order.call, order.call.practice.carrier_account
    if order.kind == Kind.PLACE_LEG:
        _place_leg(order)
    elif order.kind == Kind.JOIN_CALLER:
        carrier.redirect_call(account, call.sid, url=answers.url("hub", call=call.sid))
    elif order.kind == Kind.TO_VOICEMAIL:
        carrier.redirect_call(account, call.sid, url=answers.url("dial", hub="over", reason=call.reason))
    else:
        carrier.end_call(account, order.target)


def _place_leg(order: CarrierCommand) -> None:
    call, index = order.call, int(order.target)
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
