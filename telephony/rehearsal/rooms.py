"""What the floors above telephony bring to a rehearsal. They register here; telephony does not know them."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import models

from aesthetix.practices.models import Practice


class Room(Protocol):
    def configuration(self, practice: Practice) -> Iterable[models.QuerySet[Any]]:
        """The rows that belong to a practice's configuration, parents first, without any patient data."""

    def furnish(self, practice: Practice, wanted: Mapping[str, Any]) -> None:
        """Give a new practice what it starts with, changed as a script's `setup.workflows` says.
        Raises ValueError with a sentence when it cannot."""

    def runs(self, practice: Practice) -> int:
        """How many workflow runs were started."""

    def rows(self, practice: Practice) -> Iterable[str]:
        """The room's rows, one line each, without keys, times and identifiers that differ from run to run."""


rooms: list[Room] = []


def register_room(room: Room) -> None:
    rooms.append(room)
