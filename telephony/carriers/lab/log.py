"""What happened, line by line: for traces on the command line and the lab's page."""

import datetime as dt
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
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
    """An append-only list, safe to read from any thread while calls run. `most`: how many of the last entries
    are kept (None: all); numbers go on."""

    def __init__(self, most: int | None = None) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)
        self._last = 0
        self._lock = threading.Lock()
        self._grown = threading.Condition(self._lock)

    def add(
        self, at: dt.datetime, begin: dt.datetime, kind: str, text: str, *, call: str = "", leg: str = "", **data: Any
    ) -> Entry:
        with self._grown:
            offset = (at - begin).total_seconds()
            self._last += 1
            entry = Entry(self._last, at, offset, kind, text, call, leg, data)
            self._entries.append(entry)
            self._grown.notify_all()
        return entry

    @property
    def last(self) -> int:
        """The number of the last entry; 0 before the first."""
        with self._lock:
            return self._last

    def since(self, number: int = 0, *, call: str = "") -> list[Entry]:
        """Kept entries after the one numbered `number`, of one call if its sid is given."""
        with self._lock:
            gone = self._last - len(self._entries)
            newer = list(islice(self._entries, max(number - gone, 0), None))
        return [entry for entry in newer if not call or entry.call == call]

    def wait(self, number: int, timeout: float) -> bool:
        """Block until there are entries after `number`, at most `timeout` real seconds."""
        with self._grown:
            return self._grown.wait_for(lambda: self._last > number, timeout)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.since(0))
