import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.lib.files import Span, Unsatisfiable, file_response, parse_range

BODY = bytes(range(256)) * 1000  # 256 000 bytes: several pieces


@pytest.fixture
def stored(both_storages):
    name = default_storage.save("sound.wav", ContentFile(BODY))
    return default_storage.open(name)


def ask(stored, method="get", **headers):
    request = getattr(RequestFactory(), method)("/x", headers=headers)
    return file_response(request, stored, content_type="audio/wav", name="sound.wav")


def body(response):
    return b"".join(response.streaming_content)


def test_the_whole_file_is_streamed(stored):
    response = ask(stored)
    assert response.status_code == 200
    assert body(response) == BODY
    assert response["Content-Length"] == str(len(BODY))
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("header", "expected", "content_range"),
    [
        ("bytes=0-99", BODY[:100], "bytes 0-99/256000"),
        ("bytes=255900-", BODY[255900:], "bytes 255900-255999/256000"),
        ("bytes=-10", BODY[-10:], "bytes 255990-255999/256000"),
        ("bytes=70000-999999", BODY[70000:], "bytes 70000-255999/256000"),
    ],
)
def test_a_range_is_sent_alone(stored, header, expected, content_range):
    response = ask(stored, Range=header)
    assert response.status_code == 206
    assert response["Content-Range"] == content_range
    assert body(response) == expected


@pytest.mark.parametrize("header", ["bytes=256000-", "bytes=-0"])
def test_a_range_outside_the_file_is_416(stored, header):
    response = ask(stored, Range=header)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=a-b", "bytes=-", "seconds=1-2", "bytes=0-1,5-6"])
def test_a_range_that_cannot_be_read_gets_the_whole_file(stored, header):
    assert body(ask(stored, Range=header)) == BODY


def test_a_range_of_another_version_gets_the_whole_file(stored):
    etag = ask(stored)["ETag"]
    assert ask(stored, **{"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert ask(stored, **{"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


def test_what_the_carrier_has_already_is_not_sent_again(stored):
    etag = ask(stored)["ETag"]
    again = ask(stored, **{"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_head_says_the_length_and_sends_nothing(stored):
    response = ask(stored, "head")
    assert response["Content-Length"] == str(len(BODY))
    assert response.content == b""


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,7}-\d{0,7}", fullmatch=True), st.integers(0, 10**6))
def test_a_span_lies_within_the_file(header, size):
    try:
        span = parse_range(header, size)
    except Unsatisfiable:
        return
    assert span is None or (0 <= span.start <= span.end < size and span == Span(span.start, span.end))
