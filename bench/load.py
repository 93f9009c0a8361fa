"""A load loop on raw sockets: fixed connections, each sends its next request when its answer is complete.

Requests are made beforehand, so the loop costs some 30 µs a request and leaves the cores to the server.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Measured:
    """Latencies in seconds, and how many answers were not 2xx."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    cpu: float = 0.0  # of the server and its database, seconds

    @property
    def cpu_each(self) -> float:
        """Microseconds a request."""
        return self.cpu / len(self.latencies) * 1e6

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class Connection:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.sent_at = b"", 0.0

    def send(self, request: bytes) -> None:
        self.buffer, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool | None:
        """None while the answer is incomplete, else whether it was a success."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.buffer += chunk
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator or not _complete(head.lower(), body):
            return None
        return head[9:10] == b"2"


def _complete(head: bytes, body: bytes) -> bool:
    start = head.find(b"content-length:")
    if start < 0:
        return body.endswith(b"0\r\n\r\n")  # chunked
    return len(body) >= int(head[start + 15 :].split(b"\r\n", 1)[0])


def run(address: tuple[str, int], requests: Iterator[bytes], *, connections: int, seconds: float) -> Measured:
    """Keep `connections` busy until the time is over or the requests run out."""
    measured, selector, busy = Measured(), selectors.DefaultSelector(), 0
    opened = [Connection(address) for _ in range(connections)]
    began = time.perf_counter()
    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        busy += _next(connection, requests)
    while busy:
        for key, _ in selector.select(timeout=30):
            succeeded = key.data.receive()
            if succeeded is None:
                continue
            now = time.perf_counter()
            measured.latencies.append(now - key.data.sent_at)
            measured.refused += not succeeded
            busy -= 1
            if now - began < seconds:
                busy += _next(key.data, requests)
    measured.seconds = time.perf_counter() - began
    for connection in opened:
        connection.socket.close()
    return measured


def _next(connection: Connection, requests: Iterator[bytes]) -> int:
    request = next(requests, None)
    if request is None:
        return 0
    connection.send(request)
    return 1


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A keep-alive form POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def get(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
