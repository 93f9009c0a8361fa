"""How a signed-in person stands where they work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from aesthetix.lib import clock
from aesthetix.practices.accounts import memberships_of, read_memberships
from aesthetix.practices.models import Staff, User
from aesthetix.practices.session_store import living_session

# Last use is written at most so often, so that most requests write nothing.
NOTE_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Standing:
    """`seen_at`: when a person last used this session; None for one that was not noted yet."""

    staff: Staff
    seen_at: dt.datetime | None
    memberships: Sequence[Staff]

    @property
    def idle_after(self) -> dt.timedelta | None:
        """The shortest of all the practices where the person works: one session opens each of them."""
        minutes = [one.practice.idle_minutes for one in self.memberships if one.practice.idle_minutes]
        return dt.timedelta(minutes=min(minutes)) if minutes else None

    @property
    def is_idle(self) -> bool:
        left = self.left
        return left is not None and left < -NOTE_EVERY  # the last use may be noted a minute late

    @property
    def left(self) -> dt.timedelta | None:
        """Until the automatic log-off; None where there is none."""
        if self.idle_after is None or self.seen_at is None:
            return self.idle_after
        return self.seen_at + self.idle_after - clock.now()

    @property
    def needs_second_factor(self) -> bool:
        return self.staff.practice.require_second_factor and not self.staff.has_second_factor


def standing_of(user: User, seen_at: dt.datetime | None) -> Standing | None:
    """At the person's current place of work: the practice switched to last, else any that they belong to."""
    mine = memberships_of(user)
    chosen = (one for one in mine if one.practice_id == user.active_practice_id)
    staff = next(chosen, next(iter(mine), None))
    return Standing(staff, seen_at, mine) if staff else None


def standing_at(practice_id: int, staff_id: int, session_key: str) -> Standing | None:
    """As it is now, for what goes on beside the pages; None once they left, were switched off or signed out."""
    session = living_session(session_key)
    mine = read_memberships(Staff.unscoped.filter(pk=staff_id, user__is_active=True).values("user")[:1])
    staff = next((one for one in mine if (one.pk, one.practice_id) == (staff_id, practice_id)), None)
    return Standing(staff, session.seen_at, mine) if staff and session else None
