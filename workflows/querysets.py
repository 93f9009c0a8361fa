from typing import Any, Self

from django.db import models

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet


class EnrollmentQuerySet(ScopedQuerySet):
    def for_staff(self, staff: Staff) -> Self:
        """The runs that this person may see: all, or only those of contacts assigned to them."""
        mine: dict[str, Any] = {} if staff.sees_all else {"contact__assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)

    def with_story(self) -> Self:
        """With everything that a run's row shows, in a fixed number of queries."""
        return self.select_related("contact", "version__workflow").prefetch_related("step_runs", "contact__phones")

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-id")

    def older_than(self, row: Any) -> Self:
        """The next page of `newest_first` after `row`."""
        at = row.started_at
        return self.filter(models.Q(started_at__lt=at) | models.Q(started_at=at, pk__lt=row.pk))
