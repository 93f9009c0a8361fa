"""Asks `child.py` about a file: decoders of foreign files run outside this process, within limits."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

CHILD = Path(__file__).with_name("child.py")
SECONDS = 20
# A page of pictures asks for many at once; each that waits holds a thread of the server.
PATIENCE = 3
# Each may take a gigabyte: more at once would starve the pages.
_slots = threading.BoundedSemaphore(2)


class Unreadable(Exception):
    """`word`: what is wrong with the file, as `child.py` says it; or `busy`, when nothing is."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def facts(content: IO[bytes], command: str, *arguments: str) -> dict[str, Any]:
    """What the child found out; raises Unreadable where it refuses the file, or is ended by its limits."""
    found: dict[str, Any] = json.loads(_ask(content, SECONDS, command, *arguments))
    return found


def picture(content: IO[bytes], command: str, *arguments: str) -> bytes:
    return _ask(content, PATIENCE, command, *arguments)


def _ask(content: IO[bytes], patience: float, *arguments: str) -> bytes:
    with _slot(patience), _as_file(content) as source:
        try:
            done = _run([sys.executable, "-I", str(CHILD), *arguments], source)
        except subprocess.TimeoutExpired as late:
            raise Unreadable("damaged") from late
    if done.returncode or not done.stdout:
        raise Unreadable("damaged")
    if done.stdout.startswith(b'{"refused"'):
        raise Unreadable(json.loads(done.stdout)["refused"])
    return done.stdout


def _run(command: list[str], source: IO[bytes]) -> "subprocess.CompletedProcess[bytes]":
    """Without our environment: the keys in it are none of a decoder's business."""
    quiet: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "env": {}, "cwd": "/"}
    return subprocess.run(command, stdin=source, timeout=SECONDS, check=False, **quiet)  # noqa: S603  our own file


@contextmanager
def _slot(patience: float) -> Iterator[None]:
    if not _slots.acquire(timeout=patience):
        raise Unreadable("busy")
    try:
        yield
    finally:
        _slots.release()


@contextmanager
def _as_file(content: IO[bytes]) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as copy:
        content.seek(0)
        while piece := content.read(1024 * 1024):
            copy.write(piece)
        content.seek(0)
        copy.seek(0)
        yield copy
