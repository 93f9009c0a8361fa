"""Is a row of the file somebody whom we have? By number and email; neither alone makes two names one person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower

from aesthetix.practices.models import Practice
from contacts.importing.parsing import Parsed
from contacts.models import Contact, ContactPhone
from contacts.search import fold


@dataclass(frozen=True)
class Known:
    """A contact as matching needs it."""

    pk: int
    name: str
    email: str


class Several(ValueError):
    """More than one contact could be meant: a person has to choose."""


class Book:
    """Those contacts of the practice whom a batch of rows could be, in two queries."""

    def __init__(self, practice: Practice, rows: Sequence[Parsed]) -> None:
        numbers = {number for row in rows for number, _ in row.numbers}
        emails = {row.fields["email"].lower() for row in rows if row.fields.get("email")}
        self.by_number: dict[str, list[Known]] = defaultdict(list)
        self.by_email: dict[str, list[Known]] = defaultdict(list)
        phones = ContactPhone.objects.for_practice(practice).filter(number__in=numbers).select_related("contact")
        for phone in phones:
            self.by_number[phone.number].append(_known(phone.contact))
        people = Contact.objects.for_practice(practice).exclude(email="")
        for contact in people.annotate(low=Lower("email")).filter(low__in=emails):
            self.by_email[contact.low].append(_known(contact))

    def find(self, row: Parsed) -> Known | None:
        """The one contact that this row is; None for somebody new. Raises Several."""
        named = {known for known in self._on_numbers(row) if _may_be(row, known)}
        mailed = set(self.by_email.get(row.fields.get("email", "").lower(), []))
        others = {known for known in mailed if not _may_be(row, known)}
        same = (named & mailed) or named | (mailed - others)
        if others and not same:  # couples share an email; to put one in the other's place would be worse than to ask
            raise Several("A contact of another name has this email.")
        if len(same) > 1:
            raise Several("Several contacts have this number or email.")
        return next(iter(same), None)

    def shares(self, row: Parsed) -> bool:
        return bool(self._on_numbers(row))

    def _on_numbers(self, row: Parsed) -> set[Known]:
        return {known for number, _ in row.numbers for known in self.by_number.get(number, [])}


def _known(contact: Contact) -> Known:
    return Known(contact.pk, fold(contact.name), contact.email.lower())


def _may_be(row: Parsed, known: Known) -> bool:
    """Families share numbers: two names are two people, no name is whoever has the number."""
    name = name_of(row)
    return not name or not known.name or name == known.name


def name_of(row: Parsed) -> str:
    return fold(f"{row.fields.get('first_name', '')} {row.fields.get('last_name', '')}".strip())


def keys_of(row: Parsed) -> set[str]:
    """All its numbers (E.164), and its email in small letters."""
    email = row.fields.get("email", "").lower()
    return {number for number, _ in row.numbers} | ({email} if email else set())


class Seen:
    """Rows of the file that came before: key → (line, name)."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def add(self, line: int, key: str, name: str) -> None:
        self._rows[key].append((line, name))

    def find(self, row: Parsed) -> int | None:
        """The line of the same person: by email, or by any number where the names do not speak against it."""
        name, lines = name_of(row), []
        for key in keys_of(row):
            by_email = "@" in key
            lines += [
                line for line, other in self._rows.get(key, ()) if by_email or not name or not other or name == other
            ]
        return min(lines, default=None)
