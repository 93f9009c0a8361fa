"""Documents go with their folders; folders of one name are united."""

from contacts.merging.registry import Move, Part, add_part
from contacts.models import Contact
from documents.models import Document, Folder


def _move_papers(move: Move) -> None:
    _unite(move, _folders(move.other, None), None)
    held = set(_keys(move.keep))
    for document in Document._base_manager.filter(contact=move.other).exclude(source_id=""):
        if (document.source, document.source_id) in held:
            move.journal.change(document, source_id=f"{document.source_id[:60]}·{move.other.pk}")
    move.journal.move(Document, "contact", move.other.pk, move.keep.pk)


def _unite(move: Move, folders: list[Folder], parent: Folder | None) -> None:
    """From the top down: a folder that the survivor has at this place takes in what lies in the other one."""
    for folder in folders:
        inner = _folders(move.other, folder)
        twin = _folders_of(move.keep, parent).filter(name__iexact=folder.name).first()
        if twin is None:
            move.journal.change(folder, contact=move.keep, parent=parent)
            _unite(move, inner, folder)
            continue
        move.journal.move(Document, "folder", folder.pk, twin.pk)
        _unite(move, inner, twin)
        move.journal.take_away(folder)


def _folders(contact: Contact, parent: Folder | None) -> list[Folder]:
    return list(_folders_of(contact, parent).order_by("pk"))


def _folders_of(contact: Contact, parent: Folder | None):  # type: ignore[no-untyped-def]
    return Folder._base_manager.filter(contact=contact, parent=parent)


def _keys(contact: Contact) -> list[tuple[str, str]]:
    kept = Document._base_manager.filter(contact=contact).exclude(source_id="")
    return list(kept.values_list("source", "source_id"))


def _count(contact: Contact) -> int:
    return Document.objects.for_practice(contact.practice_id).filter(contact=contact).standing().count()


def _count_folders(contact: Contact) -> int:
    return Folder.objects.for_practice(contact.practice_id).filter(contact=contact).count()


def register() -> None:
    covers = ("documents.Document.contact", "documents.Document.folder")
    add_part(Part("document", "documents", covers, _move_papers, _count, order=25))
    folders = ("documents.Folder.contact", "documents.Folder.parent")
    add_part(Part("folder", "folders", folders, lambda move: None, _count_folders, order=26))
