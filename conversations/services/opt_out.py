"""Addresses that said STOP, and their way back."""

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from conversations.models import OptOut


def open_opt_out(practice: Practice, address: str, channel: str = "sms") -> OptOut | None:
    found: OptOut | None = (
        OptOut.objects.for_practice(practice).filter(channel=channel, address=address, ended_at=None).first()
    )
    return found


def record_opt_out(practice: Practice, address: str, *, source: str, channel: str = "sms") -> bool:
    """From now on the gate lets nothing through to this address; False when it was so already."""
    return insert_once(OptOut(practice=practice, channel=channel, address=address, source=source[:120]))


def end_opt_out(practice: Practice, address: str, *, channel: str = "sms") -> bool:
    """The person asked for texts again; False when there was no opt-out to end."""
    open_rows = OptOut.objects.for_practice(practice).filter(channel=channel, address=address, ended_at=None)
    return bool(open_rows.update(ended_at=clock.now()))
