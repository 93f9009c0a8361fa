"""How the people (and machines) at the far ends behave: scripted, so that a call can be played again exactly.

All times are seconds of the lab's clock.
"""

from dataclasses import dataclass, field
from typing import Literal

CalleeOutcome = Literal["answers", "declines", "busy", "no_answer", "unreachable"]
VoicemailEnd = Literal["hang_up", "key", "silence"]
TextOutcome = Literal["delivers", "undelivered", "refused", "stalls_after", "stalls_before"]


@dataclass(frozen=True)
class Callee:
    """Whoever answers (or does not) at one destination: a number, `client:identity` or `sip:user@domain`.

    `after` is when the outcome happens, counted from ringing. `talk` is how long an answering callee talks after the
    bridge before hanging up (None: until the other side hangs up). `presses` is what they press once a Gather listens
    ("" for nothing), `press_after` seconds later. `hang_up_in_whisper` hangs up so long after pick-up unless bridged.
    A machine (`is_machine`) is an answering machine for AMD. Prefer the named constructors.
    """

    outcome: CalleeOutcome = "no_answer"
    after: float = 0.0
    talk: float | None = 30.0
    presses: str = ""
    press_after: float = 1.0
    hang_up_in_whisper: float | None = None
    is_machine: bool = False

    @classmethod
    def answers(
        cls,
        after: float = 3.0,
        *,
        talk: float | None = 30.0,
        presses: str = "",
        press_after: float = 1.0,
        hang_up_in_whisper: float | None = None,
    ) -> "Callee":
        """A person picks up after `after` seconds; in a whisper they press `presses`, or nothing."""
        return cls("answers", after, talk, presses, press_after, hang_up_in_whisper)

    @classmethod
    def declines(cls, after: float = 2.0) -> "Callee":
        """A person rejects the ringing call: the carrier reports `busy`."""
        return cls("declines", after)

    @classmethod
    def busy(cls) -> "Callee":
        return cls("busy", 1.0)

    @classmethod
    def no_answer(cls) -> "Callee":
        return cls("no_answer")

    @classmethod
    def unreachable(cls, after: float = 1.0) -> "Callee":
        """Not routable, phone not registered, number out of service: the carrier reports `failed`."""
        return cls("unreachable", after)

    @classmethod
    def carrier_voicemail(cls, after: float = 25.0, *, talk: float = 20.0) -> "Callee":
        """The mobile carrier's voicemail: answers like a person, never presses a key, records `talk` seconds."""
        return cls("answers", after, talk, is_machine=True)

    @classmethod
    def phone_tree(cls, after: float = 0.5, *, talk: float = 45.0) -> "Callee":
        """An auto-attendant ("press 1 for…"): answers at once, never presses a key."""
        return cls("answers", after, talk, is_machine=True)


@dataclass(frozen=True)
class Caller:
    """The person who calls one of our numbers.

    hang_up_after: from the start of the call, whatever is going on then.
    hang_up_ringing: gives up so long after the start, unless connected to somebody or recording a message by then.
    hang_up_in_greeting: so long after the first words (Say or Play) are heard, unless something else ended it.
    voicemail: seconds of speech left after a Record starts; 0 stays silent; None hangs up at the beep.
    voicemail_end: what follows the speech: hangs up, presses `voicemail_key`, or waits in silence.
    talk: hangs up so long after being connected to somebody (None: leaves that to the other side).
    presses: what is pressed at the first Gather, the second, …; `press_after` seconds after it listens.
    """

    hang_up_after: float | None = None
    hang_up_ringing: float | None = None
    hang_up_in_greeting: float | None = None
    voicemail: float | None = 8.0
    voicemail_end: VoicemailEnd = "hang_up"
    voicemail_key: str = "#"
    talk: float | None = None
    presses: tuple[str, ...] = ()
    press_after: float = 1.0

    @classmethod
    def hangs_up_while_ringing(cls, after: float) -> "Caller":
        return cls(hang_up_ringing=after, voicemail=None)

    @classmethod
    def hangs_up_in_greeting(cls, after: float = 1.0) -> "Caller":
        return cls(hang_up_in_greeting=after, voicemail=None)

    @classmethod
    def hangs_up_at_beep(cls) -> "Caller":
        return cls(voicemail=None)

    @classmethod
    def leaves_voicemail(cls, seconds: float = 8.0, *, then: VoicemailEnd = "hang_up", key: str = "#") -> "Caller":
        return cls(voicemail=seconds, voicemail_end=then, voicemail_key=key)

    @classmethod
    def stays_silent(cls) -> "Caller":
        return cls(voicemail=0.0, voicemail_end="silence")

    @classmethod
    def by_hand(cls) -> "Caller":
        """Does nothing by itself: a person at the lab's page speaks, presses and hangs up."""
        return cls(voicemail=0.0, voicemail_end="silence")


@dataclass(frozen=True)
class Phone:
    """How a mobile receives our texts.

    delivers · undelivered (with `code`: 30003 unreachable, 30006 landline, 30007 filtered…) · refused (the API answers
    400 with `code`: 21610 opted out, 21211 invalid, 21614 not a mobile) · stalls_after (accepted and delivered, but the
    API's answer never arrives) · stalls_before (nothing accepted, no answer either).
    `sent_after`, `final_after`: seconds from acceptance to `sent`, and from there to the final state. `stalls`: how
    many requests stall before the phone behaves like `delivers` again (None: all).
    """

    outcome: TextOutcome = "delivers"
    code: int | None = None
    sent_after: float = 1.0
    final_after: float = 1.0
    stalls: int | None = None

    @classmethod
    def delivers(cls, *, sent_after: float = 1.0, final_after: float = 1.0) -> "Phone":
        return cls("delivers", None, sent_after, final_after)

    @classmethod
    def undelivered(cls, code: int = 30003) -> "Phone":
        return cls("undelivered", code)

    @classmethod
    def landline(cls) -> "Phone":
        return cls("undelivered", 30006)

    @classmethod
    def opted_out(cls) -> "Phone":
        return cls("refused", 21610)

    @classmethod
    def refused(cls, code: int) -> "Phone":
        return cls("refused", code)

    @classmethod
    def stalls_after_accepting(cls, times: int | None = None) -> "Phone":
        return cls("stalls_after", stalls=times)

    @classmethod
    def stalls_before_accepting(cls, times: int | None = None) -> "Phone":
        return cls("stalls_before", stalls=times)


@dataclass(frozen=True)
class Geo:
    """What the network says about a number; blanks are sent as blank fields, as Twilio does."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = "US"


@dataclass(frozen=True)
class CallInfo:
    """What the network adds to an inbound call."""

    geo: Geo = field(default_factory=Geo)
    stir_verstat: str = "TN-Validation-Passed-A"
    caller_name: str = ""
    forwarded_from: str = ""
