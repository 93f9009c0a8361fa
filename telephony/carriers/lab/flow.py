"""Following TwiML on one leg: fetch a document, run its verbs, go where they lead."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Literal

from telephony.carriers.lab.audio import file_seconds, spoken_seconds
from telephony.carriers.lab.grammar import WAIT_VERBS, WHISPER_VERBS
from telephony.carriers.lab.legs import Leg
from telephony.carriers.lab.process import Fetch, Receive, Redirected
from telephony.carriers.lab.twiml import Document, TwimlError, Verb, read_reply
from telephony.carriers.lab.webhooks import Reply, Request

Role = Literal["call", "whisper", "wait"]
Want = Receive | Fetch
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
AUDIO_TYPES = frozenset(
    f"audio/{kind}" for kind in ("mpeg", "wav", "wave", "x-wav", "aiff", "x-aiff", "x-aifc", "x-gsm", "gsm", "ulaw")
)
MAX_AT_ONCE = 100
"""So many documents in a row that take no time are a loop."""


class HangUp:
    """A verb's result: this leg is to be hung up."""

    def __init__(self, status: str = "completed") -> None:
        self.status = status


Source = Request | Document
Next = Source | HangUp | None
VerbSteps = Generator[Want, Any, Next]


@dataclass
class Run:
    """One document being run on a leg."""

    leg: Leg
    document: Document
    role: Role

    def request(self, kind: str, url: str, method: str = "POST", **fields: str) -> Request:
        """A webhook to a URL of this document; a blank one means the document's own."""
        target = self.document.absolute(url) if url else self.document.url
        return self.leg.request(kind, target, method, **fields)


VERBS: dict[str, Callable[[Run, Verb], VerbSteps]] = {}


def verb(name: str) -> Callable[[Callable[[Run, Verb], VerbSteps]], Callable[[Run, Verb], VerbSteps]]:
    """Register the function that carries out a verb."""

    def register(steps: Callable[[Run, Verb], VerbSteps]) -> Callable[[Run, Verb], VerbSteps]:
        VERBS[name] = steps
        return steps

    return register


def follow(leg: Leg, source: Source, role: Role = "call") -> Generator[Want, Any, bool]:
    """Run documents until one ends (True) or hangs up (False). REST may put another one in place at any time.

    A wait document never hangs up: False means that it could not be had.
    """
    at_once = 0
    while True:
        begun = leg.lab.now
        try:
            result = yield from _follow_once(leg, source, role)
        except Redirected as redirected:
            if role != "call":
                raise
            result = redirected.source
        if result is None:
            return True
        at_once = at_once + 1 if leg.lab.now == begun else 0
        if at_once >= MAX_AT_ONCE:
            leg.lab.alert(leg.account, 12400, "the documents lead round in a circle", source.url, leg)
            result = HangUp()
        if isinstance(result, HangUp):
            if role != "wait":
                leg.end(result.status)
            return False
        source = result


def _follow_once(leg: Leg, source: Source, role: Role) -> VerbSteps:
    try:
        document = source if isinstance(source, Document) else (yield from _fetch(leg, source))
        return (yield from _run(Run(leg, document, role)))
    except TwimlError as error:
        return (yield from _fall_back(leg, source, role, error))


def _fetch(leg: Leg, request: Request) -> Generator[Want, Any, Document]:
    reply: Reply = yield Fetch(request)
    document = read_reply(reply)
    xml = reply.body.decode("utf-8", "replace")
    leg.lab.note("twiml", str(document), leg, url=request.url, xml=xml)
    for warning in document.warnings:
        leg.lab.warn_schema(leg, warning, request.url)
    # Relative URLs start from where the document was asked for; a GET's query does not matter to them.
    return replace(document, url=request.url.split("#")[0])


def _fall_back(leg: Leg, source: Source, role: Role, error: TwimlError) -> VerbSteps:
    url = source.url
    leg.lab.alert(leg.account, error.code, error.text, url, leg)
    is_fallback = isinstance(source, Request) and source.kind == "fallback"
    if role == "call" and leg.fallback_url and not is_fallback:
        fields = {"ErrorCode": str(error.code), "ErrorUrl": url}
        return leg.request("fallback", leg.fallback_url, leg.fallback_method, **fields)
    if role == "wait":
        return HangUp()
    leg.answer()
    yield from say_aloud(leg, APPLICATION_ERROR)
    return HangUp()


def _run(run: Run) -> VerbSteps:
    for one in run.document.verbs:
        refused = _refused(run, one)
        if refused:
            raise TwimlError(refused, f"{one.name} is not allowed in a {run.role} document")
        if one.name not in VERBS:
            run.leg.lab.warn_schema(run.leg, f"{one.name} is not a voice verb", run.document.url)
            continue
        result = yield from VERBS[one.name](run, one)
        if result is not None:
            return result
    return None


def _refused(run: Run, one: Verb) -> int:
    """The error code of a verb that may not stand in this kind of document, else 0."""
    if run.role == "wait" and one.name not in WAIT_VERBS:
        return 13238
    if run.role == "whisper" and one.name not in WHISPER_VERBS:
        return 13201
    return 0


def pause(leg: Leg, seconds: float) -> Generator[Want, Any, None]:
    """Let time pass; keys pressed meanwhile are lost, as without a Gather."""
    end = leg.lab.now.timestamp() + seconds
    while (left := end - leg.lab.now.timestamp()) > 0:
        if (yield Receive(left)) is None:
            return


def say_aloud(leg: Leg, text: str) -> Generator[Want, Any, None]:
    announce(leg, text)
    yield from pause(leg, spoken_seconds(text))


def announce(leg: Leg, text: str) -> None:
    leg.lab.note("audio", f"{leg.name} hears “{text}”", leg, said=text)
    leg.person.heard(text)


def fetch_audio(run: Run, one: Verb) -> Generator[Want, Any, float]:
    """Fetch a Play's file as Twilio does, by GET and without login; its seconds, or TwimlError 11200/12300."""
    url = run.document.absolute(one.text)
    reply: Reply = yield Fetch(Request("media", run.leg.account, url, {}, "GET", leg=run.leg))
    if not reply.ok:
        raise TwimlError(reply.error or 11200, f"the audio file could not be fetched ({reply.status})")
    if reply.content_type.split(";")[0].strip().lower() not in AUDIO_TYPES:
        raise TwimlError(12300, f"{reply.content_type!r} is not an audio type that can be played")
    seconds = file_seconds(reply.body)
    run.leg.lab.note("audio", f"{run.leg.name} hears {url} ({seconds:g} s)", run.leg, played=url, seconds=seconds)
    run.leg.person.heard(url)
    return seconds
