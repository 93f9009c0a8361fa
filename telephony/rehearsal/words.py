"""The phrases of call scripts: durations, times, and how people behave on the phone."""

import datetime as dt
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import get_args, get_type_hints

from telephony.carriers.lab.faults import Switches

UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
LONGEST = 90 * 86400
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A week without a US holiday: what a weekday's name in a script stands for.
MONDAY = dt.date(2026, 11, 16)
_DURATION = r"(\d+\s*[a-z]*(?:\s+\d+\s*[smhd][a-z]*)*)"


def seconds(text: str) -> int:
    """`8 s`, `21 min`, `2 h`, `1 min 30 s`, or `8`, as seconds."""
    phrase = text.strip().lower()
    parts = re.findall(r"(\d+)\s*([a-z]*)", phrase)
    if not re.fullmatch(_DURATION, phrase, re.ASCII) or any(unit and unit not in UNITS for _, unit in parts):
        raise ValueError("a duration such as 8 s, 21 min, 2 h or 1 day")
    total = sum(int(count) * UNITS[unit or "s"] for count, unit in parts)
    if total > LONGEST:
        raise ValueError("a duration of 90 days at most")
    return total


def local_time(text: str) -> dt.datetime:
    """`2026-11-16 10:00` or `Monday 10:00`, without a time zone: the practice's counts."""
    day, _, time = re.sub(r"(?<=\d)T(?=\d)", " ", text.strip()).rpartition(" ")
    try:
        date = _weekday(day) or dt.date.fromisoformat(day)
        return dt.datetime.combine(date, _clock(time))
    except ValueError:
        raise ValueError("a local date and time such as 2026-11-16 10:00, or Monday 10:00") from None


def _weekday(word: str) -> dt.date | None:
    names = [name for name in WEEKDAYS if len(word) >= 3 and name.startswith(word.lower())]
    return MONDAY + dt.timedelta(days=WEEKDAYS.index(names[0])) if names else None


def weekdays(text: str) -> list[int]:
    """`monday`, `mon-fri`, `mon, wed` or `every day` as weekday numbers, 0 = Monday."""
    if text.strip().lower() in {"every day", "daily"}:
        return list(range(7))
    return [day for part in text.split(",") for day in _from_to(part)]


def _from_to(text: str) -> list[int]:
    first, _, last = (part.strip() for part in text.partition("-"))
    start, end = _weekday(first), _weekday(last or first)
    if start is None or end is None:
        raise ValueError("a weekday such as monday, mon-fri or every day")
    days = (end - start).days % 7 + 1
    return [(start.weekday() + ahead) % 7 for ahead in range(days)]


def interval(text: str) -> tuple[dt.time, dt.time]:
    """`9:00-17:00`; past midnight as `20:00-02:00`, to midnight as `9:00-24:00`."""
    opens, dash, closes = text.replace("–", "-").partition("-")
    try:
        if not dash:
            raise ValueError
        return _clock(opens), dt.time(0) if closes.strip() in {"24", "24:00"} else _clock(closes)
    except ValueError:
        raise ValueError("opening hours such as 9:00-17:00") from None


def _clock(text: str) -> dt.time:
    """`9:00`, or `9`."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isdecimal() and (minutes or "00").isdecimal() and len(minutes) in (0, 2)):
        raise ValueError
    return dt.time(int(hours), int(minutes or 0))


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
    """How one phone behaves. `presses`: the key for Call Connect, empty for none, `thinks` seconds after it was asked
    for; `hangs_up`: gives up so long after picking up, unless connected by then; seconds throughout."""

    manner: Manner
    after: int = 0
    presses: str = ""
    talks: int = 30
    thinks: int = 1
    hangs_up: int | None = None


BEHAVIOURS = (
    "answers after 4 s [, presses 1 [after 3 s] | , presses nothing | , hangs up after 2 s] [, talks 30 s]",
    "declines after 3 s",
    "busy",
    "no answer",
    "unreachable",
    "carrier voicemail after 8 s",
    "phone tree after 1 s",
)
_BEHAVIOUR = re.compile(
    rf"(answers|declines|busy|no answer|unreachable|carrier voicemail|phone tree)(?: after {_DURATION})?"
    rf"(?:,? (?:and )?presses (nothing|[0-9*#])(?: after {_DURATION})?)?"
    rf"(?:,? (?:and )?hangs up after {_DURATION})?(?:,? (?:and )?talks {_DURATION})?"
)
_PAUSE = {Manner.ANSWERS: 4, Manner.DECLINES: 3, Manner.CARRIER_VOICEMAIL: 8, Manner.PHONE_TREE: 1}


def behaviour(text: str) -> Behaviour:
    """A person who answers presses 1 when Call Connect asks, unless the script says otherwise."""
    phrase = " ".join(text.lower().split())
    match = _BEHAVIOUR.fullmatch("no answer" if phrase in {"does not answer", "rings out"} else phrase)
    if match is None:
        raise ValueError("one of: " + "; ".join(BEHAVIOURS))
    manner = Manner(match[1])
    key = match[3] or ("1" if manner == Manner.ANSWERS and not match[5] else "nothing")
    return Behaviour(
        manner,
        after=seconds(match[2]) if match[2] else _PAUSE.get(manner, 0),
        presses="" if key == "nothing" else key,
        talks=seconds(match[6]) if match[6] else 30,
        thinks=seconds(match[4]) if match[4] else 1,
        hangs_up=seconds(match[5]) if match[5] else None,
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
    "leaves a voicemail [of 12 s] [, presses #]",
    "stays silent",
)


def caller_manner(text: str) -> CallerManner:
    phrase = " ".join(text.lower().split())
    if match := re.fullmatch(rf"(hangs|gives) up after {_DURATION}", phrase):
        after = seconds(match[2])
        return CallerManner(hangs_up_after=after) if match[1] == "hangs" else CallerManner(gives_up_after=after)
    if match := re.fullmatch(
        rf"leaves a (?:voicemail|message)(?: of {_DURATION})?(?:,? (?:and )?presses ([0-9*#]))?", phrase
    ):
        return CallerManner(speaks=seconds(match[1] or "10 s"), presses=match[2] or "")
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
    if match := re.fullmatch(r"(does not deliver|refuses) (\d{5})", phrase, re.ASCII):
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
    switch (the carrier's uncertain point `kind` takes `value`), database and workers (ours are down from `seconds`
    to `value`), kill (the worker dies when the carrier has heard it).
    """

    what: str
    kind: str = ""
    times: int | None = None
    seconds: int = 0
    value: str | bool | float = ""
    skip: int = 0


WEBHOOKS = (
    *("voice", "action", "whisper", "gather", "record", "wait", "fallback", "redirect"),
    *("leg", "status", "recording", "conference", "message_status", "sms", "media"),
)
SWITCHES = {field.name: field.default for field in fields(Switches)}
FAULTS = (
    "drop <webhook>",
    "duplicate <webhook>",
    "delay <webhook> by 20 s",
    "refuse <webhook>",
    "lose the reply to <webhook>",
    "… 2 times",
    "… once, after 3",
    "shuffle the callbacks",
    "fail REST with 429 [once | 2 times]",
    "database down from 5 min to 10 min",
    "workers down from 0 s to 10 min",
    "kill the worker [2 times]",
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
    if match := re.fullmatch(r"fail REST with ([45]\d\d)(?: (?:(once)|(\d+) times))?", phrase):
        return Fault("fail_rest", times=1 if match[2] else int(match[3]) if match[3] else None, value=match[1])
    if match := re.fullmatch(r"kill the worker(?: (?:once|(\d+) times))?", phrase):
        return Fault("kill", times=int(match[1] or 1))
    if match := re.fullmatch(rf"(database|workers?)(?: is| are)? down from {_DURATION} to {_DURATION}", phrase):
        return Fault(
            "database" if match[1] == "database" else "workers", seconds=seconds(match[2]), value=str(seconds(match[3]))
        )
    if match := re.fullmatch(r"carrier: (\w+) = (\S+)", phrase):
        return Fault("switch", match[1], value=_switch_value(match[1], match[2]))
    if phrase == "shuffle the callbacks":
        return Fault("shuffle")
    raise ValueError("one of: " + "; ".join(FAULTS))


def _switch_value(name: str, text: str) -> str | bool | float:
    """As the switch's default is: yes or no, a number, or one of its words."""
    if name not in SWITCHES:
        raise ValueError("a switch of the carrier: one of " + ", ".join(SWITCHES))
    default = SWITCHES[name]
    if isinstance(default, bool):
        if text not in {"yes", "on", "true", "no", "off", "false"}:
            raise ValueError(f"yes or no for {name}")
        return text in {"yes", "on", "true"}
    if isinstance(default, float):
        if not re.fullmatch(r"\d+(\.\d+)?", text):
            raise ValueError(f"a number for {name}")
        return float(text)
    allowed = get_args(get_type_hints(Switches)[name])
    if text not in allowed:
        raise ValueError(f"one of {', '.join(allowed)} for {name}")
    return text
