"""What happened, line by line: for traces on the command line and the lab's page."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One fact. `offset`: seconds since the call (or the lab) began; `call`: sid of the call's first leg, "" if none.

    Kinds: call, leg, webhook, twiml, audio, key, speech, recording, conference, message, rest, alert, fault.
    """

    number: int
    at: dt.datetime
    offset: float
    kind: str
    text: str
    call: str = ""
    leg: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.offset:8.2f}  {self.kind:<10} {self.text}"


class Log:
    """An append-only list, safe to read from any thread while calls run."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()
        self._grown = threading.Condition(self._lock)

    def add(
        self, at: dt.datetime, begin: dt.datetime, kind: str, text: str, *, call: str = "", leg: str = "", **data: Any
    ) -> Entry:
        with self._grown:
            offset = (at - begin).total_seconds()
            entry = Entry(len(self._entries) + 1, at, offset, kind, text, call, leg, data)
            self._entries.append(entry)
            self._grown.notify_all()
        return entry

    def since(self, number: int = 0, *, call: str = "") -> list[Entry]:
        """Entries after the one numbered `number`, of one call if its sid is given."""
        with self._lock:
            newer = self._entries[number:]
        return [entry for entry in newer if not call or entry.call == call]

    def wait(self, number: int, timeout: float) -> bool:
        """Block until there are entries after `number`, at most `timeout` real seconds."""
        with self._grown:
            return self._grown.wait_for(lambda: len(self._entries) > number, timeout)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.since(0))

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)
