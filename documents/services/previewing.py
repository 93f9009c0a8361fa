"""Pictures that stand for a document: made anew from photographs and PDF pages, when first asked for, and kept."""

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from documents.files import bounded
from documents.files.words import decoded
from documents.models import Document, Preview

LONGEST_SIDE = 1600
LONGEST_TEXT = 100_000


class NoPreview(Exception):
    """The document cannot be shown; its download is unharmed. `for_now`: it can in a moment."""

    def __init__(self, *, for_now: bool = False) -> None:
        super().__init__()
        self.for_now = for_now


def page_count(document: Document) -> int:
    """How many pictures there are; none where it is not shown as pictures."""
    return {"picture": 1, "pdf": document.pages or 0}.get(document.family, 0)


def preview_of(document: Document, page: int) -> Preview:
    if not 1 <= page <= page_count(document):
        raise NoPreview
    known = document.previews.filter(practice=document.practice_id, page=page).first()
    preview = known or _made(document, page)
    if not preview.file:
        raise NoPreview
    return preview


def text_of(document: Document) -> tuple[str, bool]:
    """The beginning of a plain text, and whether that is all."""
    with document.file.open("rb") as stored:
        data = stored.read(LONGEST_TEXT + 1)
    return decoded(data[:LONGEST_TEXT]), len(data) <= LONGEST_TEXT


def _made(document: Document, page: int) -> Preview:
    """A picture that could not be made is kept as a row without a file, so that nobody waits for it again."""
    preview = Preview(practice_id=document.practice_id, document=document, page=page)
    try:
        data = _drawn(document, page)
    except bounded.Unreadable as bad:
        if bad.word == "busy":
            raise NoPreview(for_now=True) from bad
    else:
        ending = "png" if data.startswith(b"\x89PNG") else "jpeg"
        preview.content_type = f"image/{ending}"
        preview.file.save(f"{document.practice_id}-{document.pk}-{page}.{ending}", ContentFile(data), save=False)
    return _kept(preview)


def _drawn(document: Document, page: int) -> bytes:
    with document.file.open("rb") as stored:
        if document.family == "pdf":
            return bounded.picture(stored, "page", str(page), str(LONGEST_SIDE))
        return bounded.picture(stored, "render", str(LONGEST_SIDE), *sorted(document.kind.marks))


def _kept(preview: Preview) -> Preview:
    """Two people may have asked at once: the first one's counts."""
    try:
        with transaction.atomic():
            preview.save(force_insert=True)
    except IntegrityError:
        if preview.file:
            preview.file.storage.delete(str(preview.file.name))
        same = Preview.objects.filter(practice=preview.practice_id, document=preview.document_id, page=preview.page)
        first: Preview = same.get()
        return first
    return preview
