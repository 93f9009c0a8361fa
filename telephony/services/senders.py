"""Which lines a person may text from, and which numbers are our own."""

from aesthetix.practices.models import Practice, Staff
from conversations.channels.ports import Sender
from telephony.services.profile import profile_as_read


class LineSenders:
    """See `conversations.channels.ports.Senders`."""

    def numbers_for(self, practice: Practice, staff: Staff | None) -> list[Sender]:
        """All lines, the default first. Somebody with "only assigned data" has no choice: their own
        lines, or the default line where they have none."""
        rows = profile_as_read(practice).lines.values()
        lines = sorted(rows, key=lambda line: (not line.is_default, line.name, line.id))
        if staff is not None and not staff.sees_all:
            lines = [line for line in lines if line.assigned_to == staff.pk] or lines[:1]
        return [Sender(number=line.number, label=line.name, is_default=at == 0) for at, line in enumerate(lines)]


def is_own_number(practice: Practice, number: str) -> bool:
    """A line of the practice, its company phone, or the personal number of somebody who works there (E.164)."""
    return bool(number) and profile_as_read(practice).is_own(number)
