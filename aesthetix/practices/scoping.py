"""Tenancy that fails closed: a query that names no practice raises instead of answering.

`Model.objects.for_practice(p)` or `.filter(practice=p)` is how everybody reads. Work that is about
all practices (sweeps, webhooks that look a number up) says `.across_practices()` and shows up in a
search for those words. Django's own machinery (migrations, uniqueness checks, related managers,
which are bound to an object already) uses the plain `unscoped` manager.
"""

from typing import Any, ClassVar, Self

from django.db import models


class CountTo(models.Subquery):
    """How many rows, as one value of a larger statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class UnscopedQuery(RuntimeError):
    """A practice-owned table was about to be read for nobody in particular."""


class ScopedQuerySet(models.QuerySet[Any]):
    _scoped = False

    def for_practice(self, practice: Any) -> Self:
        return self.filter(practice=practice)

    def across_practices(self) -> Self:
        """All practices' rows: only for work that belongs to no practice."""
        clone = self.all()
        clone._scoped = True
        return clone

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Self:
        clone: Self = super()._filter_or_exclude(negate, args, kwargs)  # type: ignore[misc]
        if not negate and any(key.split("__")[0] in {"practice", "practice_id"} for key in kwargs):
            clone._scoped = True
        return clone

    def _require_scope(self) -> None:
        if not self._scoped:
            raise UnscopedQuery(f"{self.model.__name__}: name the practice first (for_practice)")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def count_to(self, most: int) -> CountTo:
        """Their number, at most `most`: counting further would read on for nobody."""
        self._require_scope()
        return CountTo(self.values("pk")[:most])

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._require_scope()
        return super().delete()


def practice_key(**options: Any) -> Any:
    """The practice of a row. Busy tables say `db_index=False` where another of their indexes begins with it."""
    return models.ForeignKey("practices.Practice", on_delete=models.CASCADE, related_name="+", **options)


class PracticeOwned(models.Model):
    """Base of every row that belongs to one practice."""

    practice = practice_key()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()
    unscoped: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "unscoped"
        base_manager_name = "unscoped"
