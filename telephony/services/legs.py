"""The phones that are rung for a call, as the carrier tells of them."""

from django.db import transaction

from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from telephony.models import Call, Leg
from telephony.route import Destination
from telephony.services import calls, hub, hub_waiting

RANK = {"queued": 0, "initiated": 0, "ringing": 1, "in-progress": 2, "answered": 2}
FINAL = 3


def note_leg(call: Call, *, sid: str, index: int, status: str) -> Leg:
    """What the carrier says of one leg, in whatever order it says it. `index`: place in the route."""
    phone = call.decision.destinations[index]
    with transaction.atomic():
        leg = _row(call, sid, phone)
        _move(leg, status)
        if phone.screened and RANK.get(status, FINAL) < RANK["in-progress"]:
            hub.hush_latecomer(call, leg)
        if phone.screened and status not in RANK:
            hub_waiting.phone_is_through(call)
        if status == "in-progress":
            _answered(call, leg, phone)
        if call.accepted_leg == sid and call.answered_by_id is None and leg.staff_id:
            Call.objects.for_practice(call.practice_id).filter(pk=call.pk).update(answered_by=leg.staff_id)
    return leg


def accept_leg(leg: Leg) -> None:
    """Call Connect: the key was pressed on this leg."""
    Leg.objects.for_practice(leg.practice_id).filter(pk=leg.pk, accepted_at=None).update(accepted_at=clock.now())
    calls.connect(leg.call)


def _row(call: Call, sid: str, phone: Destination) -> Leg:
    leg = Leg(
        practice_id=call.practice_id,
        call=call,
        sid=sid,
        kind=phone.kind,
        address=phone.address,
        staff_id=phone.staff_id,
    )
    return leg if insert_once(leg) else Leg.objects.for_practice(call.practice_id).select_related("call").get(sid=sid)


def _move(leg: Leg, status: str) -> None:
    rank = RANK.get(status, FINAL)
    behind = Leg.objects.for_practice(leg.practice_id).filter(pk=leg.pk, rank__lte=rank).exclude(rank=FINAL)
    ended = {"ended_at": clock.now()} if rank == FINAL else {}
    behind.update(status=status[:12], rank=rank, **ended)


def _answered(call: Call, leg: Leg, phone: Destination) -> None:
    first = Leg.objects.for_practice(leg.practice_id).filter(pk=leg.pk, answered_at=None)
    if first.update(answered_at=clock.now()) and not phone.screened:
        calls.connect(call)
        outbox.emit_all(calls.event(call, "call.connected"))
        hub.end_other_legs(call, leg.sid)
