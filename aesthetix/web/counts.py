"""How much waits where. What a page counts is asked in one statement, when the first of the numbers is drawn."""

from django.http import HttpRequest

from aesthetix.practices.models import Practice, Staff
from aesthetix.practices.scoping import ScopedQuerySet

MOST = 100  # people read "99+"


class Counts:
    """The numbers of one request, by name."""

    def __init__(self, practice_id: int) -> None:
        self._practice_id = practice_id
        self._wanted: dict[str, ScopedQuerySet] = {}
        self._found: dict[str, int] = {}

    def ask(self, name: str, rows: ScopedQuerySet) -> None:
        """`rows` will be counted with the others. A name that was asked for before keeps its rows."""
        if name not in self._found:
            self._wanted.setdefault(name, rows)

    def __getitem__(self, name: str) -> int:
        if name not in self._found:
            asked = [rows.count_to(MOST) for rows in self._wanted.values()]
            row = Practice.objects.filter(pk=self._practice_id).values_list(*asked)[0]
            self._found |= dict(zip(self._wanted, row, strict=True))
            self._wanted = {}
        return self._found[name]


def counts_of(request: HttpRequest) -> Counts:
    """Those of a request with a practice."""
    staff: Staff = request.staff  # type: ignore[attr-defined]
    if not hasattr(request, "counts"):
        request.counts = Counts(staff.practice_id)  # type: ignore[attr-defined]
    counts: Counts = request.counts  # type: ignore[attr-defined]
    return counts
