"""Whether two records may be of one person, from what they say. Pure; in words for people."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from aesthetix.lib.phone import display
from contacts.search import fold

DUPLICATE, HOUSEHOLD = "duplicate", "household"
# Of 100. Lower ones are "Maria" and "Mario", who are two people; a slip of the keyboard lies above.
FIRST_NAMES, LAST_NAMES = 85, 80


@dataclass(frozen=True)
class Person:
    """A record as comparing needs it: names and email folded."""

    pk: int
    first: str
    last: str
    email: str
    birthday: dt.date | None
    numbers: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, pk: int, first: str, last: str, email: str, birthday: dt.date | None, numbers: Iterable[str] = ()
    ) -> "Person":
        return cls(pk, _plain(first), _plain(last), email.strip().lower(), birthday, frozenset(numbers))

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True)
class Likeness:
    """What two records have in common. `names`: same, alike, other, or unknown where one has none; `birthdays`: same,
    other or unknown."""

    numbers: tuple[str, ...]
    email: str
    names: str
    birthdays: str

    @property
    def kind(self) -> str:
        """A shared number or email alone is a family, not a duplicate."""
        return DUPLICATE if self._one_person() else HOUSEHOLD

    def _one_person(self) -> bool:
        alike = self.names in ("same", "alike")
        if alike and self.birthdays == "same":
            return True
        if self.birthdays == "other":  # a birthday that was mistyped: all the rest must agree
            return alike and bool(self.numbers) and bool(self.email)
        return alike or self.names == "unknown"

    @property
    def score(self) -> int:
        names = {"same": 4, "alike": 3, "unknown": 1, "other": 0}[self.names]
        return 3 * bool(self.numbers) + 3 * bool(self.email) + 3 * (self.birthdays == "same") + names

    def in_words(self) -> list[str]:
        """Reasons, the strongest first, then what speaks against it."""
        said = [f"Same phone {display(number)}" for number in self.numbers]
        said += [f"Same email {self.email}"] if self.email else []
        names = {"same": "Same name", "alike": "Names are alike", "unknown": "One of them has no name yet"}
        said += [names[self.names]] if self.names in names else []
        return said + (["Same birthday"] if self.birthdays == "same" else [])

    def against(self) -> list[str]:
        said = ["Different names"] if self.names == "other" else []
        return said + (["Different birthdays"] if self.birthdays == "other" else [])


def compare(one: Person, other: Person) -> Likeness | None:
    """None where nothing is in common that could mean anything."""
    numbers = tuple(sorted(one.numbers & other.numbers))
    email = one.email if one.email and one.email == other.email else ""
    found = Likeness(numbers, email, _names(one, other), _birthdays(one, other))
    by_name = found.names in ("same", "alike") and found.birthdays == "same"
    return found if numbers or email or by_name else None


def _birthdays(one: Person, other: Person) -> str:
    if one.birthday is None or other.birthday is None:
        return "unknown"
    return "same" if one.birthday == other.birthday else "other"


def _names(one: Person, other: Person) -> str:
    if not one.name or not other.name:
        return "unknown"
    if one.name == other.name:
        return "same"
    return "alike" if are_alike(one, other) else "other"


def are_alike(one: Person, other: Person) -> bool:
    """First with first and last with last name, or exchanged; a slip of the keyboard and an initial do not matter."""
    if not (one.first and one.last and other.first and other.last):
        return _one_word_of(one.name, other.name)
    straight = _first_alike(one.first, other.first) and _last_alike(one.last, other.last)
    return straight or (_first_alike(one.first, other.last) and _last_alike(one.last, other.first))


def _one_word_of(one: str, other: str) -> bool:
    """`grace` and `grace park`: one of the records has only a part of the name."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    return all(any(fuzz.ratio(word, known) >= FIRST_NAMES for known in longer) for word in shorter)


def _first_alike(one: str, other: str) -> bool:
    """Second given names are often left away."""
    own, others = one.split()[0], other.split()[0]
    if len(own) == 1 or len(others) == 1:
        return own[0] == others[0]
    return fuzz.ratio(own, others) >= FIRST_NAMES


def _last_alike(one: str, other: str) -> bool:
    """One letter may differ in a short name; of a double name one half is enough: people marry."""
    if fuzz.ratio(one, other) >= LAST_NAMES or (min(len(one), len(other)) > 3 and OSA.distance(one, other) <= 1):
        return True
    own, others = set(one.split()), set(other.split())
    return bool(own & others) and (own <= others or others <= own)


def _plain(name: str) -> str:
    """Folded, and without dots and hyphens: `Anne-Marie St. James`."""
    return " ".join(fold(name).replace("-", " ").replace(".", " ").split())
