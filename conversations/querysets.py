import datetime as dt
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet

CALL_KINDS = ("call", "voicemail")


class ThreadQuerySet(ScopedQuerySet):
    def for_staff(self, staff: Staff) -> Self:
        """What this person may see. Callers who withheld their number are nobody's: only for all-data staff."""
        mine: dict[str, Any] = {} if staff.sees_all else {"contact__assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)

    def in_view(self, view: str, staff: Staff) -> Self:
        """The inbox's views: all, unread, mine (assigned to the person), calls (with a call or voicemail)."""
        if view == "unread":
            return self.filter(unread_count__gt=0)
        if view == "mine":
            return self.filter(contact__assigned_to=staff)
        if view == "calls":
            items = self.model._meta.get_field("items").related_model
            return self.filter(Exists(items.unscoped.filter(thread=OuterRef("pk"), kind__in=CALL_KINDS)))
        return self

    def recent(self, before: tuple[dt.datetime, int] | None = None) -> Self:
        """The latest first; `before` is the last row of the page above (keyset)."""
        rows = self.order_by("-last_item_at", "-id")
        if before is None:
            return rows
        at, pk = before
        # The first condition says nothing new, but tells the index where to begin.
        return rows.filter(Q(last_item_at__lt=at) | Q(last_item_at=at, id__lt=pk), last_item_at__lte=at)
