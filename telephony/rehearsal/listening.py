"""What the application itself logged as an error while a script played: by default there must be nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self.heard.append(f"{record.name}: {record.getMessage()}" + (f" ({kind})" if kind else ""))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collects what is logged at error level, from every thread. The other handlers stay silent meanwhile:
    a rehearsal says it in its report."""
    root, listener = logging.getLogger(), _Listener()
    others, root.handlers = root.handlers, [listener]
    try:
        yield listener.heard
    finally:
        root.handlers = others
