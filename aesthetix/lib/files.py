"""Private files over HTTP: streamed from storage in pieces, with byte ranges so that players can seek."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.core.files import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


@dataclass(frozen=True)
class Span:
    """Bytes `start` to `end`, both included, as in a Range header."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class Unsatisfiable(ValueError):
    """The range lies outside the file: 416."""


def parse_range(header: str, size: int) -> Span | None:
    """The single range that a Range header asks for; None where the whole file is to be sent.

    Several ranges and units other than bytes are ignored, as RFC 9110 §14.2 allows. Raises
    Unsatisfiable for a well-formed range outside the file.
    """
    match = _RANGE.match(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or start > end:
        raise Unsatisfiable(header)
    return Span(start, end)


def file_response(
    request: HttpRequest,
    stored: "File[bytes]",
    *,
    content_type: str,
    name: str,
    cache: str = "private, no-store",
    attachment: bool = False,
) -> HttpResponseBase:
    """GET or HEAD of a stored file. The caller has checked that this person may have it.

    `name` is what a download is called; `cache` the Cache-Control of the answer; an `attachment` is never shown,
    only kept. Opened by itself, the file runs nothing and reaches nothing of ours. One strong ETag per stored name:
    our files are never rewritten under the same name.
    """
    size = stored.size
    etag = f'"{hashlib.sha256(f"{stored.name}:{size}".encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": cache})
    try:
        span = _wanted(request, size, etag)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    whole = Span(0, size - 1)
    sent = span or whole
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(sent.length),
        "Content-Disposition": content_disposition_header(attachment, name) or "inline",
        "Accept-Ranges": "bytes",
        "Cache-Control": cache,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if span:
        headers["Content-Range"] = f"bytes {span.start}-{span.end}/{size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(_pieces(stored.open("rb"), sent), status=status, headers=headers)


def _wanted(request: HttpRequest, size: int, etag: str) -> Span | None:
    condition = request.headers.get("If-Range", etag)
    return parse_range(request.headers.get("Range", ""), size) if condition == etag else None


def _pieces(stored: IO[bytes], span: Span) -> Iterator[bytes]:
    with stored as source:
        source.seek(span.start)
        left = span.length
        while left > 0 and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
