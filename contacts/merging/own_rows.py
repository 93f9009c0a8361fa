"""What moves of this room's own rows: notes, tasks, drafts, numbers, tags, consent, custom fields, imports."""

from typing import Any

from aesthetix.events.models import Notification
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from contacts.custom_fields import Stored
from contacts.merging.journal import dump, load
from contacts.merging.registry import Move, Part, add_part, moving
from contacts.merging.values import BOTH, MAIN_NUMBER, OTHER, compare_values, joined
from contacts.models import (
    Consent,
    Contact,
    ContactPhone,
    Draft,
    DuplicatePair,
    FieldValue,
    ImportRow,
    Job,
    Note,
    Task,
)
from contacts.models.notes import LONGEST_NOTE

TAGGED = Contact.tags.through


def _of(model: Any, contact: Contact) -> Any:
    return model._base_manager.filter(contact=contact)


# Numbers: all of both, the main one chosen; who stands first on a number stays so -----------------


def _move_numbers(move: Move) -> None:
    keep, other = (list(_of(ContactPhone, one).order_by("position", "id")) for one in (move.keep, move.other))
    held = {phone.number: phone for phone in keep}
    for phone in other:
        if twin := held.get(phone.number):
            move.journal.take_away(phone)
            move.journal.change(twin, is_shared=twin.is_shared and phone.is_shared)
    move.journal.move(ContactPhone, "contact", move.other.pk, move.keep.pk, with_rows=True)
    _set_order(move, _ordered(keep, other, other_first=move.choices.get(MAIN_NUMBER) == OTHER))


def _ordered(keep: list[ContactPhone], other: list[ContactPhone], *, other_first: bool) -> list[str]:
    numbers = [phone.number for phone in [*keep, *other]]
    if other_first and other:
        numbers.insert(0, other[0].number)
    return list(dict.fromkeys(numbers))


def _set_order(move: Move, numbers: list[str]) -> None:
    for phone in _of(ContactPhone, move.keep):
        move.journal.change(phone, position=numbers.index(phone.number))


def _settle_numbers(keep: Contact, other: Contact) -> None:
    """A number never lacks its first contact, whatever people did to it since."""
    phones = ContactPhone.objects.for_practice(keep.practice_id)
    numbers = set(phones.filter(contact__in=[keep, other]).values_list("number", flat=True))
    for number in numbers - set(phones.filter(number__in=numbers, is_shared=False).values_list("number", flat=True)):
        heir = phones.filter(number=number).order_by("id")[0]
        phones.filter(pk=heir.pk).update(is_shared=False)


# Tags ---------------------------------------------------------------------------------------


def _move_tags(move: Move) -> None:
    held = set(TAGGED._base_manager.filter(contact=move.keep).values_list("tag_id", flat=True))
    for row in TAGGED._base_manager.filter(contact=move.other, tag_id__in=held):
        move.journal.take_away(row)
    move.journal.move(TAGGED, "contact", move.other.pk, move.keep.pk, with_rows=True)


# Consent: every answer is kept, and where the newest would be a laxer one, another is added --------


def _move_consents(move: Move) -> None:
    answers = compare_values(move.keep, move.other).answers
    move.journal.move(Consent, "contact", move.other.pk, move.keep.pk)
    for answer in answers:
        newest = _of(Consent, move.keep).filter(channel=answer.channel).order_by("-at", "-id").first()
        if answer.after is False and (newest is None or newest.granted):
            source = f"Merged with record {move.other.pk}: the strictest answer holds"
            strict = Consent(
                practice=move.actor.practice, contact=move.keep, channel=answer.channel, granted=False, source=source
            )
            move.journal.make(strict)


# Custom fields ------------------------------------------------------------------------------


def _move_values(move: Move) -> None:
    held = {value.field_id: value for value in _of(FieldValue, move.keep)}
    for value in _of(FieldValue, move.other).select_related("field"):
        if (own := held.get(value.field_id)) is None:
            continue
        choice = move.choices.get(f"cf-{value.field_id}")
        stored = _chosen(own, value, choice)
        move.journal.take_away(value)
        if stored:
            move.journal.change(own, together=True, version=own.version + 1, **stored.__dict__)
    move.journal.move(FieldValue, "contact", move.other.pk, move.keep.pk, with_rows=True)


def _chosen(own: FieldValue, value: FieldValue, choice: str | None) -> Stored | None:
    """What the survivor says instead; None where it stays. A value that was emptied says nothing."""
    if choice == BOTH and (text := joined(value.field, own.text, value.text)):
        return Stored(text)
    if value.text and (choice == OTHER or not own.text):
        return Stored(value.text, value.number, value.day)
    return None


# Drafts: what two had begun to write is one text then ---------------------------------------------


def _move_drafts(move: Move) -> None:
    held = {(draft.staff_id, draft.place): draft for draft in _of(Draft, move.keep)}
    for draft in _of(Draft, move.other):
        if own := held.get((draft.staff_id, draft.place)):
            move.journal.take_away(draft)
            move.journal.change(own, body=f"{own.body}\n\n{draft.body}"[:LONGEST_NOTE])
    move.journal.move(Draft, "contact", move.other.pk, move.keep.pk, with_rows=True)


# What is said of people elsewhere by their number ---------------------------------------------------


def _move_notifications(move: Move) -> None:
    """Those that nobody has seen: who may no longer see the record that they name is not shown them. The address in
    them leads on by itself."""
    current = Staff.objects.for_practice(move.actor.practice).values("pk")
    told = Notification.objects.for_practice(move.actor.practice).filter(staff__in=current, seen_at=None)
    for row in told.filter(contact_id=move.other.pk):
        move.journal.change(row, contact_id=move.keep.pk)


def _move_picks(move: Move) -> None:
    """A running job that was to deal with the record deals with the survivor."""
    running = Job.objects.for_practice(move.actor.practice).filter(state__in=[Job.State.READY, Job.State.RUNNING])
    for job in running.exclude(picks=[]):
        if move.other.pk in job.picks:
            picks = sorted({move.keep.pk if pk == move.other.pk else pk for pk in job.picks})
            move.journal.change(job, picks=picks)


# Pairs: found anew; only what people said of them is kept -------------------------------------------


def _move_pairs(move: Move) -> None:
    rows = DuplicatePair._base_manager.filter
    for pair in [*rows(first=move.other), *rows(second=move.other)]:
        if pair.dismissed_at is not None:
            _keep_dismissal(move, pair)
    for pair in [*rows(first=move.other), *rows(second=move.other)]:
        pair.delete()


def _keep_dismissal(move: Move, pair: DuplicatePair) -> None:
    """Who is not the one is not the other either."""
    move.journal.take_away(pair)
    third = pair.first_id if pair.second_id == move.other.pk else pair.second_id
    if third == move.keep.pk:
        return
    first, second = sorted((third, move.keep.pk))
    known = DuplicatePair._base_manager.filter(first=first, second=second).first()
    said = {"dismissed_at": pair.dismissed_at or clock.now(), "dismissed_by_id": pair.dismissed_by_id}
    if known is None:
        kept = load(DuplicatePair, {**dump(pair), "id": None, "first_id": first, "second_id": second})
        move.journal.make(kept)
    elif known.dismissed_at is None:
        move.journal.change(known, dismissed_at=said["dismissed_at"], dismissed_by=pair.dismissed_by)


def register() -> None:
    add_part(
        Part(
            *("phone number", "phone numbers"),
            covers=("contacts.ContactPhone.contact",),
            move=_move_numbers,
            settle=_settle_numbers,
            count=lambda contact: _of(ContactPhone, contact).count(),
            order=10,
        )
    )

    def standing(rows: Any) -> Any:
        return rows.filter(deleted_at=None)

    add_part(moving("note", "notes", Note, counted=standing, order=20))
    add_part(moving("task", "tasks", Task, counted=standing, order=21))
    add_part(
        Part(
            *("tag", "tags"),
            covers=("contacts.Contact_tags.contact",),
            move=_move_tags,
            count=lambda contact: TAGGED._base_manager.filter(contact=contact).count(),
            order=22,
        )
    )
    add_part(
        Part(
            *("answer about consent", "answers about consent"),
            covers=("contacts.Consent.contact",),
            move=_move_consents,
            count=lambda contact: _of(Consent, contact).count(),
            order=5,  # while the numbers still tell who said STOP
        )
    )
    add_part(
        Part(
            *("custom field", "custom fields"),
            covers=("contacts.FieldValue.contact",),
            move=_move_values,
            count=lambda contact: _of(FieldValue, contact).exclude(text="").count(),
            order=23,
        )
    )
    add_part(
        Part(
            *("unsaved draft", "unsaved drafts"),
            covers=("contacts.Draft.contact",),
            move=_move_drafts,
            count=lambda contact: _of(Draft, contact).count(),
            order=60,
        )
    )
    add_part(moving("row of an import", "rows of imports", ImportRow, order=61))
    add_part(Part("notification", "notifications", (), move=_move_notifications, order=62))
    add_part(Part("bulk action", "bulk actions", (), move=_move_picks, order=63))
    pairs = ("contacts.DuplicatePair.first", "contacts.DuplicatePair.second")
    add_part(Part("possible duplicate", "possible duplicates", pairs, move=_move_pairs, order=64))
