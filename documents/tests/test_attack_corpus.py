"""Every file of the attack corpus has its expected answer, and so have honest files of every kind."""

import contextlib
import io
import socket
import struct
import threading

import pytest
from django.core.exceptions import ValidationError

from documents.files.kinds import KINDS
from documents.files.names import LONGEST, clean_name, renamed
from documents.safety import Limits, check_count, check_file
from documents.tests import samples
from documents.tests.corpus import ATTACKS


def answer(name, content, limits=None):
    """The code of the refusal, or the name under which it would be kept."""
    source = io.BytesIO(content)
    try:
        checked = check_file(name, source, limits or Limits())
    except ValidationError as refused:
        return refused.code if refused.messages[0].endswith(".") else "no sentence"
    assert source.tell() == 0
    return checked.name


def test_the_corpus_is_large():
    assert len(ATTACKS) >= 40
    assert len({attack.what for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what)
def test_attack(attack):
    assert answer(attack.name, attack.content()) == attack.answer


HONEST = {
    "pdf": samples.pdf,
    "jpg": samples.picture,
    "jpeg": samples.picture,
    "png": lambda: samples.picture("PNG"),
    "gif": lambda: samples.picture("GIF"),
    "webp": lambda: samples.picture("WEBP"),
    "tif": lambda: samples.picture("TIFF"),
    "tiff": lambda: samples.picture("TIFF", compression="tiff_lzw"),
    "heic": lambda: samples.HEIC,
    "heif": lambda: samples.HEIC,
    "docx": samples.office,
    "xlsx": lambda: samples.office("xlsx"),
    "pptx": lambda: samples.office("pptx"),
    "txt": lambda: "Prefers mornings, José".encode("cp1252"),
    "csv": lambda: "name,phone\nGrace,(602) 555-0147\n".encode("utf-16"),
    "mp3": lambda: samples.MP3,
    "wav": samples.sound,
    "ogg": lambda: samples.OGG,
    "oga": lambda: samples.OGG,
    "m4a": lambda: samples.boxed(b"M4A "),
    "mp4": samples.boxed,
    "m4v": lambda: samples.boxed(b"M4V "),
    "mov": lambda: samples.boxed(b"qt  "),
    "3gp": lambda: samples.boxed(b"3gp4"),
    "webm": lambda: samples.WEBM,
}


def test_every_kind_has_an_honest_sample():
    assert HONEST.keys() == KINDS.keys()


@pytest.mark.parametrize("ending", sorted(HONEST))
def test_an_honest_file_is_taken(ending):
    assert answer(f"Grace Park.{ending}", HONEST[ending]()) == f"Grace Park.{ending}"
    assert answer(f"GRACE.{ending.upper()}", HONEST[ending]()) == f"GRACE.{ending.upper()}"


def test_what_a_pdf_a_text_and_a_word_file_say_can_be_searched():
    def text(name, content):
        return check_file(name, io.BytesIO(content), Limits())

    assert "Treatment plan" in text("a.pdf", samples.pdf()).text
    assert text("a.pdf", samples.pdf("one", "two", "three")).pages == 3
    assert "Jose" in text("a.txt", b"Jose Alvarez").text
    assert "Consent to treatment" in text("a.docx", samples.office()).text


def test_limits_are_said():
    small = Limits(most_bytes=1024 * 1024, most_files=2)
    assert answer("a.txt", b"a" * (1024 * 1024), small) == "a.txt"
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        check_file("a.txt", io.BytesIO(b"a" * (1024 * 1024 + 1)), small)
    check_count(2, small)
    with pytest.raises(ValidationError, match="At most 2 files at once"):
        check_count(3, small)


def test_names_are_cleaned_and_keep_their_ending():
    assert clean_name("  consent   form .pdf ") == "consent form .pdf"
    assert clean_name("..") == "Document"
    assert clean_name("") == "Document"
    assert clean_name("\u202e\u200b") == "Document"
    assert clean_name("e\u0301.pdf") == "é.pdf"
    assert len(clean_name("x" * 500)) == LONGEST
    assert renamed("IMG_1.HEIC", "Before") == "Before.HEIC"
    assert renamed("IMG_1.heic", "before.HEIC") == "before.HEIC"
    assert renamed("plan.pdf", "plan.exe") == "plan.exe.pdf"
    assert renamed("plan.pdf", "../x") == "x.pdf"
    assert len(renamed("plan.pdf", "x" * 200)) == LONGEST


@contextlib.contextmanager
def scanner(reply=None):
    """A daemon that knows EICAR, or that always answers `reply`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_scan_one, args=(server, reply), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _scan_one(server, reply):
    with contextlib.suppress(OSError):
        line, _ = server.accept()
        with line, line.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            data = b""
            while length := struct.unpack("!L", sent.read(4))[0]:
                data += sent.read(length)
            found = b"stream: Eicar-Test-Signature FOUND" if samples.EICAR in data else b"stream: OK"
            line.sendall((found if reply is None else reply) + b"\0")


def test_with_a_scanner_known_malware_is_refused_and_honest_files_pass():
    with scanner() as address:
        assert answer("eicar.txt", samples.EICAR, Limits(scanner=address)) == "harmful"
    with scanner() as address:
        assert answer("consent.pdf", samples.pdf(extra=b"/X(" + samples.EICAR + b")"), Limits(scanner=address)) == (
            "harmful"
        )
    with scanner() as address:
        assert answer("consent.pdf", samples.pdf(), Limits(scanner=address)) == "consent.pdf"


@pytest.mark.parametrize("reply", [b"INSTREAM size limit exceeded. ERROR", b"", b"what?"])
def test_a_scanner_that_does_not_say_ok_refuses(reply):
    with scanner(reply) as address:
        assert answer("notes.txt", b"hello", Limits(scanner=address)) == "unscanned"


def test_a_scanner_that_cannot_be_reached_refuses():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    for bad in (address, "nonsense", "127.0.0.1:port"):
        assert answer("notes.txt", b"hello", Limits(scanner=bad)) == "unscanned"
