from typing import Any, Self

from django.db import models

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet


class ContactQuerySet(ScopedQuerySet):
    def for_staff(self, staff: Staff) -> Self:
        """What this person may see: the practice's contacts, or only those assigned to them."""
        mine: dict[str, Any] = {} if staff.sees_all else {"assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)

    def with_number(self, number: str) -> Self:
        """Everybody on this E.164 number, most recently in touch first."""
        in_touch = models.F("thread__last_item_at").desc(nulls_last=True)
        return self.filter(phones__number=number).order_by(in_touch, "-updated_at", "-id")
