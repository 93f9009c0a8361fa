"""What can start a workflow: event type → its name in the builder."""

from collections.abc import Mapping
from typing import Any

CALL_MISSED = "call.missed"
BY_HAND = "by_hand"  # no event: somebody adds contacts, one or many

TRIGGERS = {CALL_MISSED: "A call is missed", BY_HAND: "Somebody adds a contact by hand"}


def trigger_of(definition: Mapping[str, Any]) -> str:
    """Its trigger; a missed call where a draft says nothing that can be read."""
    trigger = definition.get("trigger")
    kind = trigger.get("type") if isinstance(trigger, dict) else None
    return kind if kind in list(TRIGGERS) else CALL_MISSED
