"""The TwiML documents that we answer with. What a caller or a colleague hears is decided here."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.urls import reverse

from aesthetix.lib.phone import is_withheld, to_e164
from telephony.carriers.twilio.twiml import Dial, Gather, VoiceResponse
from telephony.models import Call, Greeting
from telephony.route import Destination, Route

RING_TONE_SECONDS = 6
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LEG_EVENTS = "initiated ringing answered completed"


def url(name: str, **query: Any) -> str:
    """Our public address for the carrier; the query is part of what it signs."""
    path = settings.PUBLIC_BASE_URL + _path(name)
    return f"{path}?{urlencode(query)}" if query else path


@lru_cache
def _path(name: str) -> str:
    return reverse(f"twilio:{name}")


ANY_CALL, ANY_CALLER = "AnyCallSid", "AnyCaller"


def ring(call: Call, route: Route, caller: str) -> str:
    """Disclosure, then the phones. Screened phones of a mixed group ring beside this document (services/hub).
    `caller`: as the carrier names them."""
    document = _ring(route, settings.PUBLIC_BASE_URL).replace(ANY_CALL, quote_plus(call.sid))
    return document.replace(ANY_CALLER, shown_number(caller, call.to_number))


def shown_number(caller: str, line: str) -> str:
    """What an outside phone sees. The carrier refuses a `<Dial>` that would show a withheld number, a short one or
    an address (13214): then it is the line's own."""
    return caller if to_e164(caller) == caller and not is_withheld(caller) else line


@lru_cache(maxsize=1024)
def _ring(route: Route, base_url: str) -> str:
    """The same for all calls of a route, but for sid and caller. `base_url` is where our addresses begin."""
    response = VoiceResponse()
    if route.disclosure:
        response.say(_spoken(route.disclosure))
    phones = direct_phones(route)
    if not phones:  # several screened phones: the caller hears ringing until one accepts
        _ring_tone(response, hub_seconds(route))
        return str(response)
    # A caller whom the <Dial> leaves unanswered could not be moved to the phone that accepts.
    dial = _dial(route, unanswered=not route.disclosure and not needs_hub(route))
    for index, phone in phones:
        _noun(dial, index, phone)
    response.append(dial)
    return str(response)


def wait(seconds: int) -> str:
    """The apps are through, outside phones ring on: so does the tone in the caller's ear."""
    response = VoiceResponse()
    _ring_tone(response, seconds)
    return str(response)


def _ring_tone(response: VoiceResponse, seconds: int) -> None:
    loops, rest = divmod(seconds, RING_TONE_SECONDS)
    response.play(url("ring_tone"), loop=max(1, loops))
    if loops and rest:
        response.pause(length=rest)
    response.redirect(url("dial", hub="timeout"))


def direct_phones(route: Route) -> list[tuple[int, Destination]]:
    """The phones of the <Dial>: all of them, or without the screened ones where those could stop the others
    by being picked up by a machine (reference: <Number>, "first to answer")."""
    phones = list(enumerate(route.destinations))
    return [(i, phone) for i, phone in phones if not phone.screened] if needs_hub(route) else phones


def needs_hub(route: Route) -> bool:
    return len(route.destinations) > 1 and any(phone.screened for phone in route.destinations)


def hub_seconds(route: Route) -> int:
    """How long the phones of a mixed group ring in all: each its time, the screened ones placed one a second."""
    return route.timeout + sum(phone.screened for phone in route.destinations)


def _dial(route: Route, *, unanswered: bool) -> Dial:
    attributes: dict[str, Any] = {"action": url("dial"), "timeout": route.timeout}
    if any(phone.kind == "number" for _, phone in direct_phones(route)):
        attributes["caller_id"] = ANY_CALLER
    if unanswered:
        attributes["answer_on_bridge"] = True
    return Dial(**attributes, **_recording(ANY_CALL, route))


def _recording(sid: str, route: Route) -> dict[str, Any]:
    if not route.record:
        return {}
    callback = url("recording", kind="call", call=sid)
    return {"record": "record-from-answer-dual", "recording_status_callback": callback}


def _noun(dial: Dial, index: int, phone: Destination) -> None:
    ids = {"call": ANY_CALL, "d": index}
    attributes: dict[str, Any] = {"status_callback": url("leg", **ids), "status_callback_event": LEG_EVENTS}
    if phone.kind == "client":
        dial.client(phone.address, **attributes)
        return
    if phone.screened:
        attributes["url"] = url("whisper", **ids)
    dial.number(phone.address, **attributes)


def _spoken(text: str) -> str:
    """Without what XML cannot hold, such as the line breaks of a slide: the carrier would read nothing at all."""
    return _NOT_XML.sub(" ", text)


def _still_there(call: Call, token: str) -> str:
    """The greeting that was chosen when it rang; replaced or removed since, the one that holds now."""
    if not token or Greeting.objects.for_practice(call.practice_id).filter(token=token).exists():
        return token
    holds = (call.line and call.line.greeting) or call.practice.voice_settings.greeting
    return holds.token if holds else ""


def voicemail(call: Call, route: Route) -> str:
    """Greeting, tone, record. The practice's own greeting if there is one, else a spoken sentence."""
    response = VoiceResponse()
    if greeting := _still_there(call, route.greeting):
        response.play(f"{settings.PUBLIC_BASE_URL}/calls/greetings/{greeting}")
    else:
        response.say(_spoken(default_greeting(call.practice.name)))
    response.record(
        action=url("voicemail"),
        max_length=180,
        timeout=10,
        finish_on_key="#",
        recording_status_callback=url("recording", kind="voicemail", call=call.sid),
        recording_status_callback_event="completed absent",
    )
    response.hangup()
    return str(response)


def default_greeting(practice_name: str) -> str:
    return (
        f"You have reached {practice_name}. We cannot take your call right now. "
        "Leave a message after the tone, and we will get back to you."
    )


def whisper(message: str, **ids: Any) -> str:
    """Heard by the person who answered an outside phone; without a key the leg ends, and the call is missed."""
    return ask_for_key(message, url("accept", **ids))


def ask_for_key(message: str, action: str) -> str:
    response = VoiceResponse()
    # finishOnKey must be empty, or pressing "#" would count as no key at all.
    gather = Gather(num_digits=1, finish_on_key="", timeout=8, action=action)
    gather.say(_spoken(message))
    response.append(gather)
    response.hangup()
    return str(response)


def conference(call: Call, route: Route) -> str:
    """Caller and the screened phone that accepted first meet here; either one's leaving ends it."""
    response = VoiceResponse()
    dial = Dial(action=url("dial", hub="left", call=call.sid))
    recorded = _recording(call.sid, route)
    attributes = recorded and {**recorded, "record": "record-from-start"}
    dial.conference(
        f"call_{call.pk}",
        beep=False,
        wait_url="",
        start_conference_on_enter=True,
        end_conference_on_exit=True,
        **attributes,
    )
    response.append(dial)
    return str(response)


def conference_soon(call: Call) -> str:
    """The carrier is being asked to move the caller to the conference. Should that get lost, they go by themselves."""
    response = VoiceResponse()
    response.pause(length=3)
    response.redirect(url("hub", call=call.sid))
    return str(response)


def say_and_hang_up(sentence: str) -> str:
    response = VoiceResponse()
    response.say(_spoken(sentence))
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def reject() -> str:
    """Rule 6: the call drops at once, unanswered and unbilled."""
    response = VoiceResponse()
    response.reject(reason="rejected")
    return str(response)


def nothing() -> str:
    """On a screened leg: go on and bridge. On a leg that is gone: nobody hears it."""
    return str(VoiceResponse())
