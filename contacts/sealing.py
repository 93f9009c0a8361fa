"""What is looked for can be a patient's name or number: in an address it stands sealed (docs/decisions/030)."""

from cryptography.fernet import InvalidToken

from aesthetix.lib.crypto import decrypt, encrypt

MARK = "~"


class Unsealable(ValueError):
    """Nothing that we sealed for this practice."""


def seal(practice_id: int, text: str) -> str:
    """Each time another text, which says nothing of what is in it but its length."""
    return f"{MARK}{encrypt(f'{practice_id}:{text}')}"


def is_sealed(text: str) -> bool:
    return text.startswith(MARK)


def unseal(practice_id: int, text: str) -> str:
    """Raises Unsealable."""
    try:
        owner, _, inside = decrypt(text.removeprefix(MARK)).partition(":")
    except (InvalidToken, UnicodeError) as error:
        raise Unsealable from error
    if owner != str(practice_id):
        raise Unsealable
    return inside
