"""Calls, with their recordings and voicemails, go with the record that they belong to."""

from contacts.merging.registry import add_part, moving
from telephony.models import Call


def register() -> None:
    add_part(moving("call", "calls", Call, order=31))
