"""Reading the event table as it grows."""

import json
import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

from aesthetix.events.models import Event

# How long an id that was skipped may still turn up: its transaction began before a later one's ended.
LATE_SECONDS = 15.0
MOST_GAPS = 500
CATCH_UP = 200


@dataclass(frozen=True)
class Happening:
    """An event as streams need it: what kind, and whose record. Nothing of what it says."""

    id: int
    practice_id: int
    type: str
    contact_id: int | None

    def line(self, *, contact: bool) -> bytes:
        """One server-sent event. `contact` false leaves out whose record it is."""
        data: dict[str, Any] = {"type": self.type}
        if contact and self.contact_id is not None:
            data["contact"] = self.contact_id
        return f"id: {self.id}\ndata: {json.dumps(data)}\n\n".encode()


class Feed:
    """New events of all practices, each once, late ones included.

    Ids are given out before their transactions commit, so a lower id can appear after a higher one.
    Ids that were skipped are asked for again for a while; rolled-back ones never come and are let go.
    """

    def __init__(self) -> None:
        self._top: int | None = None
        self._gaps: dict[int, float] = {}

    def read(self) -> list[Happening]:
        """What appeared since the last read, in order of ids; nothing at the first."""
        if self._top is None:
            self._top = _newest()
            self._gaps = {}
            return []
        now = time.monotonic()
        self._gaps = {gap: until for gap, until in self._gaps.items() if until > now}
        found = _fetch(Q(id__gt=self._top) | Q(id__in=list(self._gaps)))
        for happening in found:
            self._note(happening.id, now)
        return found

    def _note(self, pk: int, now: float) -> None:
        assert self._top is not None
        self._gaps.pop(pk, None)
        if pk > self._top:
            skipped = range(max(self._top + 1, pk - MOST_GAPS), pk)
            self._gaps |= dict.fromkeys(skipped, now + LATE_SECONDS)
            self._top = pk
        while len(self._gaps) > MOST_GAPS:
            self._gaps.pop(next(iter(self._gaps)))


def missed(practice_id: int, last_id: int) -> list[Happening] | None:
    """What a client has not had since `last_id`; None when it is more than is worth sending one by one.

    Reaches back a little before `last_id` for what was committed late: told twice does no harm.
    """
    found = _fetch(Q(practice=practice_id, id__gt=last_id - 50))
    return found if len(found) <= CATCH_UP else None


def newest_of(practice_id: int) -> int:
    """The newest event id of a practice; 0 without any."""
    newest = Event.objects.filter(practice=practice_id).aggregate(newest=Max("id"))["newest"]
    return int(newest or 0)


def _newest() -> int:
    return int(Event.objects.across_practices().aggregate(newest=Max("id"))["newest"] or 0)


def _fetch(which: Q) -> list[Happening]:
    rows = Event.objects.across_practices().filter(which).order_by("id")
    columns = rows.values_list("id", "practice_id", "type", "contact_id")
    return [Happening(*row) for row in columns[: CATCH_UP * 10]]
