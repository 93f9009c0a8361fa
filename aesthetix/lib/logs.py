"""What the production log says of an error: where and of which kind, never in which words."""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """An exception's message is left out: a database error repeats the row, a patient's number and all."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  the name is logging's
        error, parts = ei[1], []
        while error is not None:
            where = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"Traceback (most recent call last):\n{where}{type(error).__name__}")
            error = error.__cause__ or error.__context__
        return "\nduring which was raised\n".join(reversed(parts))
