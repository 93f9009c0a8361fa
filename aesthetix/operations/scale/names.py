"""Names as a clinic meets them, each with how it stands in an email, and what people write."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def _names(file: str) -> list[tuple[str, str]]:
    """`Müller/mueller`; of a plain name the email is the name itself."""
    parts = [word.partition("/") for word in (FOLDER / file).read_text(encoding="utf-8").split()]
    return [(name, mail or name.lower()) for name, _, mail in parts]


def _lines(file: str) -> list[str]:
    return (FOLDER / file).read_text(encoding="utf-8").splitlines()


FIRST, LAST = _names("first.txt"), _names("last.txt")
PLAIN_FIRST, PLAIN_LAST = ([mail for name, mail in rows if name.lower() == mail] for rows in (FIRST, LAST))
TEXTS, NOTES = _lines("texts.txt"), _lines("notes.txt")
SOURCES = ("Google Ads", "Instagram", "Referral", "Walk-in", "Website form")
# Each with the share of contacts that have it, in 10,000.
TAGS = {
    **{"Botox": 2000, "Filler": 1200, "Facial": 900, "Laser": 700, "New patient": 500, "VIP": 200, "Membership": 150},
    **{"No-show": 90, "Package open": 40, "Press": 5},
}
