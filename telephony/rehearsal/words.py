"""The phrases of call scripts: durations, times, and how people behave on the phone."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

UNITS = {"s": 1, "sec": 1, "second": 1, "seconds": 1, "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hour": 3600}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A week without a US holiday: what a weekday's name in a script stands for.
MONDAY = dt.date(2026, 11, 16)


def seconds(text: str) -> int:
    """`8 s`, `21 min`, `2 h`, or `8`, as seconds."""
    match = re.fullmatch(r"(\d+)\s*([a-z]*)", text.strip().lower())
    if match is None or (match[2] and match[2] not in UNITS):
        raise ValueError("a duration such as 8 s, 21 min or 2 h")
    return int(match[1]) * UNITS.get(match[2] or "s", 1)


def local_time(text: str) -> dt.datetime:
    """`2026-11-16 10:00` or `Monday 10:00`, without a time zone: the practice's counts."""
    day, _, time = text.strip().rpartition(" ")
    try:
        date = _weekday(day) or dt.date.fromisoformat(day)
        return dt.datetime.combine(date, dt.time.fromisoformat(time))
    except ValueError:
        raise ValueError("a local date and time such as 2026-11-16 10:00, or Monday 10:00") from None


def _weekday(word: str) -> dt.date | None:
    names = [name for name in WEEKDAYS if len(word) >= 3 and name.startswith(word.lower())]
    return MONDAY + dt.timedelta(days=WEEKDAYS.index(names[0])) if names else None


def weekdays(text: str) -> list[int]:
    """`monday`, `mon-fri` or `every day` as weekday numbers, 0 = Monday."""
    if text.strip().lower() in {"every day", "daily"}:
        return list(range(7))
    first, _, last = (part.strip() for part in text.partition("-"))
    start, end = _weekday(first), _weekday(last or first)
    if start is None or end is None or end < start:
        raise ValueError("a weekday such as monday, mon-fri or every day")
    return list(range(start.weekday(), end.weekday() + 1))


def interval(text: str) -> tuple[dt.time, dt.time]:
    """`9:00-17:00`; past midnight as `20:00-02:00`."""
    opens, dash, closes = text.partition("-")
    try:
        if not dash:
            raise ValueError
        return _clock(opens), _clock(closes)
    except ValueError:
        raise ValueError("opening hours such as 9:00-17:00") from None


def _clock(text: str) -> dt.time:
    return dt.time.fromisoformat(text.strip().zfill(5))


class Manner(StrEnum):
    ANSWERS = "answers"
    DECLINES = "declines"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    UNREACHABLE = "unreachable"
    CARRIER_VOICEMAIL = "carrier voicemail"
    PHONE_TREE = "phone tree"


@dataclass(frozen=True)
class Behaviour:
    """How one phone behaves. `presses`: the key for Call Connect, empty for none; seconds throughout."""

    manner: Manner
    after: int = 0
    presses: str = ""
    talks: int = 30


BEHAVIOURS = (
    "answers after 4 s [, presses 1 | , presses nothing] [, talks 30 s]",
    "declines after 3 s",
    "busy",
    "no answer",
    "unreachable",
    "carrier voicemail after 8 s",
    "phone tree after 1 s",
)
_DURATION = r"(\d+\s*[a-z]*)"
_BEHAVIOUR = re.compile(
    rf"(answers|declines|busy|no answer|unreachable|carrier voicemail|phone tree)(?: after {_DURATION})?"
    rf"(?:,? (?:and )?presses (nothing|[0-9*#]))?(?:,? (?:and )?talks {_DURATION})?"
)
_PAUSE = {Manner.ANSWERS: 4, Manner.DECLINES: 3, Manner.CARRIER_VOICEMAIL: 8, Manner.PHONE_TREE: 1}


def behaviour(text: str) -> Behaviour:
    """A person who answers presses 1 when Call Connect asks, unless the script says otherwise."""
    match = _BEHAVIOUR.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise ValueError("one of: " + "; ".join(BEHAVIOURS))
    manner = Manner(match[1])
    key = match[3] or ("1" if manner == Manner.ANSWERS else "nothing")
    return Behaviour(
        manner,
        after=seconds(match[2]) if match[2] else _PAUSE.get(manner, 0),
        presses="" if key == "nothing" else key,
        talks=seconds(match[4]) if match[4] else 30,
    )


@dataclass(frozen=True)
class CallerManner:
    """What the caller does. Seconds: `hangs_up_after` and `gives_up_after` (while it rings) count from
    dialling, `speaks` from the beep; `speaks` None hangs up at the beep, 0 stays silent on the line."""

    hangs_up_after: int | None = None
    gives_up_after: int | None = None
    hangs_up_in_greeting: bool = False
    speaks: int | None = None
    presses: str = ""


CALLERS = (
    "gives up after 8 s (while it rings)",
    "hangs up after 8 s (whatever happens)",
    "hangs up in the greeting",
    "hangs up at the beep",
    "leaves a voicemail of 12 s [, presses #]",
    "stays silent",
)


def caller_manner(text: str) -> CallerManner:
    phrase = " ".join(text.lower().split())
    if match := re.fullmatch(rf"(hangs|gives) up after {_DURATION}", phrase):
        after = seconds(match[2])
        return CallerManner(hangs_up_after=after) if match[1] == "hangs" else CallerManner(gives_up_after=after)
    if match := re.fullmatch(rf"leaves a voicemail of {_DURATION}(?:,? (?:and )?presses ([0-9*#]))?", phrase):
        return CallerManner(speaks=seconds(match[1]), presses=match[2] or "")
    known = {
        "hangs up in the greeting": CallerManner(hangs_up_in_greeting=True),
        "hangs up at the beep": CallerManner(),
        "stays silent": CallerManner(speaks=0),
    }
    if phrase not in known:
        raise ValueError("one of: " + "; ".join(CALLERS))
    return known[phrase]


@dataclass(frozen=True)
class Handset:
    """How a phone receives texts: `outcome` delivers, undelivered, refused, stalls_after or stalls_before."""

    outcome: str = "delivers"
    code: int | None = None


HANDSETS = (
    "delivers",
    "does not deliver 30003",
    "refuses 21610",
    "stalls after accepting",
    "stalls before accepting",
)


def handset(text: str) -> Handset:
    phrase = " ".join(text.lower().split())
    if match := re.fullmatch(r"(does not deliver|refuses) (\d{5})", phrase):
        return Handset("refused" if match[1] == "refuses" else "undelivered", int(match[2]))
    known = {
        "delivers": "delivers",
        "stalls after accepting": "stalls_after",
        "stalls before accepting": "stalls_before",
    }
    if phrase not in known:
        raise ValueError("one of: " + "; ".join(HANDSETS))
    return Handset(known[phrase])


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong on purpose. `times` None: every time; `seconds`: how late; `skip`: how many
    go through before.

    `what`: drop, duplicate, delay, refuse, lose_reply (webhooks of `kind`), shuffle, fail_rest,
    switch (the carrier's uncertain point `kind` takes `value`), database (ours is down from `seconds` on).
    """

    what: str
    kind: str = ""
    times: int | None = None
    seconds: int = 0
    value: str = ""
    skip: int = 0


WEBHOOKS = (
    *("voice", "action", "whisper", "gather", "record", "wait", "fallback", "redirect"),
    *("leg", "status", "recording", "conference", "message_status", "sms", "media"),
)
FAULTS = (
    "drop <webhook>",
    "duplicate <webhook>",
    "delay <webhook> by 20 s",
    "refuse <webhook>",
    "lose the reply to <webhook>",
    "… 2 times",
    "… once, after 3",
    "shuffle the callbacks",
    "fail REST with 429 [2 times]",
    "database down from 5 min to 10 min",
    "carrier: <switch> = <value>",
)
_FAULT = re.compile(
    rf"(drop|duplicate|delay|refuse|lose the reply to) (\w+|\*)(?: by {_DURATION})?(?: (?:once|(\d+) times))?"
    r"(?:,? after (\d+))?"
)


def fault(text: str) -> Fault:
    phrase = " ".join(text.split())
    if match := _FAULT.fullmatch(phrase):
        if match[2] not in {*WEBHOOKS, "*"}:
            raise ValueError("a webhook: one of " + ", ".join(WEBHOOKS) + ", or * for any")
        times = 1 if " once" in phrase else int(match[4]) if match[4] else None
        what = "lose_reply" if match[1].startswith("lose") else match[1]
        return Fault(what, match[2], times, seconds(match[3]) if match[3] else 0, skip=int(match[5] or 0))
    if match := re.fullmatch(r"fail REST with (\d{3})(?: (\d+) times)?", phrase):
        return Fault("fail_rest", times=int(match[2] or 1), value=match[1])
    if match := re.fullmatch(rf"database down from {_DURATION} to {_DURATION}", phrase):
        return Fault("database", seconds=seconds(match[1]), value=str(seconds(match[2])))
    if match := re.fullmatch(r"carrier: (\w+) = (\S+)", phrase):
        return Fault("switch", match[1], value=match[2])
    if phrase == "shuffle the callbacks":
        return Fault("shuffle")
    raise ValueError("one of: " + "; ".join(FAULTS))
