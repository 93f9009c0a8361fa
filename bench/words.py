"""What people type into a search, by kind, for a practice of so many contacts."""

import random

from aesthetix.operations.scale import names, people

EACH = 25
SHORT = {"2 letters", "1 letter", "2 characters"}


def words(contacts: int, seed: int) -> dict[str, list[str]]:
    chosen = random.Random(seed)
    first = [chosen.choice(names.PLAIN_FIRST).lower() for _ in range(EACH)]
    last = [chosen.choice(names.PLAIN_LAST).lower() for _ in range(EACH)]
    digits = [f"{people.AREA}{people.FIRST_NUMBER + chosen.randrange(contacts)}" for _ in range(EACH)]
    long = [name for name in last if len(name) > 5] * EACH
    return {
        "3 letters": [word[:3] for word in last],
        "5 letters": [word[:5] for word in last],
        "full name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
        "name and number": [f"{a} {number[-4:]}" for a, number in zip(first, digits, strict=True)],
        "mid-word": [word[2:6] for word in long[:EACH]],
        "4 digits": [number[-4:] for number in digits],
        "7 digits": [number[-7:] for number in digits],
        "10 digits": [number[-10:] for number in digits],
        "email": [f"{a}.{b}{chosen.randrange(contacts)}" for a, b in zip(first, last, strict=True)],
        "birthday": [f"{1 + at % 12}/{1 + at}/19{60 + at}" for at in range(EACH)],
        "other letters": [
            chosen.choice(["müller", "mueller", "иванова", "محمد", "nuñez", "søren"]) for _ in range(EACH)
        ],
        "nobody": [f"{word[:3]}zq" for word in last],
        "2 letters": [word[:2] for word in first],
        "1 letter": [word[:1] for word in first],
        "2 characters": [chosen.choice(["小明", "佐藤", "王小", "美咲", "qx", "김지"]) for _ in range(EACH)],
    }
