import io

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.lib.audio import MAX_BYTES, check_audio
from aesthetix.lib.tests.sounds import mp3, wav


def check(name, data):
    return check_audio(name, len(data), io.BytesIO(data))


def refusal(name, data):
    with pytest.raises(ValidationError) as caught:
        check(name, data)
    return caught.value.code


def test_a_wav_is_measured():
    assert check("greeting.WAV", wav(2.0)).seconds == pytest.approx(2.0, abs=0.05)
    assert check("greeting.wav", wav(2.0)).content_type == "audio/wav"


def test_an_mp3_is_measured():
    audio = check("greeting.mp3", mp3(3.0))
    assert audio.seconds == pytest.approx(3.0, abs=0.1)
    assert (audio.extension, audio.content_type) == ("mp3", "audio/mpeg")


def test_an_mp3_with_a_tag_in_front_is_measured():
    assert check("greeting.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + mp3(3.0)).seconds > 2


@pytest.mark.parametrize("name", ["greeting.m4a", "greeting", "greeting.mp3.exe", "", "wav"])
def test_other_endings_are_refused(name):
    assert refusal(name, wav(2.0)) == "extension"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("words.mp3", b"just some words, again and again. " * 200),
        ("page.mp3", b"<html><script>alert(1)</script></html>" * 50),
        ("junk.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"junk" * 5000),
        ("empty.mp3", b""),
        ("header-only.wav", wav(5.0)[:44]),
        ("cut-short.wav", wav(60.0)[:4000]),
        ("riff.wav", b"RIFF" + b"\x00" * 4000),
        ("a-wav-called.mp3", wav(2.0)),
        ("an-mp3-called.wav", mp3(2.0)),
        ("picture.wav", b"\x89PNG\r\n\x1a\n" + b"\x00" * 4000),
    ],
)
def test_what_is_not_a_recording_is_refused(name, data):
    assert refusal(name, data) == "not_audio"


def test_too_long_too_short_and_too_large_are_refused_in_words():
    assert refusal("long.wav", wav(181.0)) == "too_long"
    assert refusal("short.wav", wav(0.5)) == "too_short"
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        check_audio("huge.wav", MAX_BYTES + 1, io.BytesIO(b""))


def judge(name, data):
    """ "refused" in words, or the length; anything else is a crash."""
    try:
        return check(name, data).seconds
    except ValidationError:
        return "refused"


@given(st.binary(max_size=3000), st.sampled_from(["a.mp3", "a.wav"]))
def test_no_bytes_whatever_break_the_check(data, name):
    assert judge(name, data) == "refused" or judge(name, data) >= 1


@given(st.binary(max_size=500))
def test_no_bytes_after_a_true_header_break_the_check(tail):
    for name, head in (("a.wav", wav(1.0)[:44]), ("a.mp3", b"ID3\x04\x00\x00"), ("a.mp3", mp3(1.0)[:10])):
        assert judge(name, head + tail) == "refused" or judge(name, head + tail) >= 1
