"""Asks a ClamAV daemon, where the operator named one, whether a file carries what it knows as harmful.

Its INSTREAM protocol by hand: the client libraries are under the GPL or have not been touched for ten years.
"""

import socket
import struct
from typing import IO

SECONDS = 30
PIECE = 256 * 1024


class Harmful(Exception):
    """The scanner knows this content."""


class Unscanned(Exception):
    """The scanner did not answer, or would not look at the file."""


def scan(content: IO[bytes], address: str) -> None:
    """Returns when the scanner found nothing. `address`: `host:port`."""
    content.seek(0)
    try:
        answer = _answer(content, address)
    except (OSError, ValueError) as error:
        raise Unscanned(type(error).__name__) from error
    finally:
        content.seek(0)
    if answer.endswith("FOUND"):
        raise Harmful(answer)
    if not answer.endswith("OK"):
        raise Unscanned(answer[:100])


def _answer(content: IO[bytes], address: str) -> str:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        with line.makefile("rb") as reply:
            return reply.read(4096).rstrip(b"\0\n").decode(errors="replace").strip()
