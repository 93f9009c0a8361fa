"""What a column of the file can become, and the guess from its name."""

import re
from collections.abc import Iterable, Mapping

TARGETS = {
    "": "Leave out",
    "full_name": "Name (first and last in one)",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "mobile": "Phone, mobile",
    "home": "Phone, home",
    "work": "Phone, work",
    "birthday": "Birthday",
    "tags": "Tags",
    "assigned_to": "Assigned to",
    "lead_source": "Lead source",
    "alert": "Alert",
    "text": "Consent to texts",
    "mail": "Consent to email",
    "call": "Consent to calls",
}
# A column that becomes a field of the practice's own, by its id: `field-12`.
PREFIX = "field-"
# Several columns may become these; of all others only one.
SEVERAL = {"", "mobile", "home", "work", "tags"}
_NAMES = {
    "full_name": ("name", "full name", "contact", "contact name", "patient", "patient name", "client"),
    "first_name": ("first name", "firstname", "first", "given name"),
    "last_name": ("last name", "lastname", "last", "surname", "family name"),
    "email": ("email", "e mail", "email address", "mail"),
    "mobile": ("phone", "phones", "mobile", "mobile phone", "cell", "cell phone", "phone number", "telephone", "tel"),
    "home": ("home phone", "home"),
    "work": ("work phone", "work", "business phone", "office phone"),
    "birthday": ("birthday", "birth date", "date of birth", "dob", "birthdate"),
    "tags": ("tags", "tag", "labels", "groups"),
    "assigned_to": ("assigned to", "assigned", "owner", "provider", "assigned user"),
    "lead_source": ("lead source", "source", "referral source", "how did you hear about us"),
    "alert": ("alert", "allergies", "allergy"),
    "text": ("texts", "sms consent", "text consent", "sms opt in"),
    "mail": ("emails", "email consent", "email opt in"),
    "call": ("calls", "call consent"),
}
_BY_NAME = {name: target for target, names in _NAMES.items() for name in names}


def plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def guess(names: Iterable[str], remembered: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """A target for each column: as the practice mapped a column of this name before, else by its name. `own`: the
    targets that are the practice's own, each with its name."""
    taken: set[str] = set()
    by_name = {plain(name): target for target, name in own.items()} | _BY_NAME
    found = []
    for name in names:
        target = remembered.get(plain(name), by_name.get(plain(name), ""))
        if target not in {*TARGETS, *own} or (target in taken and target not in SEVERAL):
            target = ""
        taken.add(target)
        found.append(target)
    return found
