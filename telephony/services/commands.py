"""Asking the carrier for something outside a call's TwiML: rows, done once by a worker (services/hub)."""

from aesthetix.events import outbox
from telephony.models import Call, CarrierCommand


def command(call: Call, kind: str, *targets: str) -> None:
    rows = [CarrierCommand(practice_id=call.practice_id, call=call, kind=kind, target=target) for target in targets]
    CarrierCommand.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        outbox.ring("carrier_commands")
