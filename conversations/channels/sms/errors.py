"""The carrier's error codes in the words of the staff."""

OPTED_OUT = "21610"
CANNOT_RECEIVE = "This number cannot receive texts. Call instead."
_UNREACHABLE = "The phone could not be reached. It may be switched off. Try again later, or call."
_FILTERED = "The carrier's spam filter stopped this text. Leave out links and names of medicines, or call."
_REGISTRATION = "This line is not registered for texting yet. An admin can check it with the carrier."
_LINE = "This line cannot send texts to that number. Send from another line."
_LIMIT = "The line has reached the carrier's sending limit. Try again later."
DEFAULT = "The carrier did not deliver this text."

REASONS = {
    "21211": "That is not a valid telephone number.",
    "21408": "Texts to that country are not switched on with the carrier.",
    "21602": "The text is empty.",
    "21603": "No line was chosen to send from.",
    "21606": _LINE,
    "21610": "This patient replied STOP. Texts can go out again after they text START.",
    "21611": _LIMIT,
    "21612": _LINE,
    "21614": CANNOT_RECEIVE,
    "21617": "The text is longer than 1,600 characters.",
    "21703": _LINE,
    "30001": _LIMIT,
    "30002": "The carrier has suspended the practice's account. An admin can settle it with the carrier.",
    "30003": _UNREACHABLE,
    "30004": "The recipient's carrier blocks this text. Call instead.",
    "30005": "The carrier does not know this phone. Check the number.",
    "30006": CANNOT_RECEIVE,
    "30007": _FILTERED,
    "30008": "The carrier could not deliver this text and does not say why. Try again, or call.",
    "30022": _LIMIT,
    "30023": _LIMIT,
    "30027": _LIMIT,
    "30032": _REGISTRATION,
    "30034": _REGISTRATION,
    "30035": _REGISTRATION,
    "20003": "The carrier refused the practice's credentials. An admin can check them.",
}


def reason_for(code: str) -> str:
    """A sentence for staff: what happened and what to do."""
    return REASONS.get(code) or (f"{DEFAULT} Code {code}." if code else DEFAULT)
