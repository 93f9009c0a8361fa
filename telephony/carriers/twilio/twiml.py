"""TwiML, the only builder of it: thin typed functions over the SDK's elements.

A document is built from the top: `r = response(); say(r, "…"); d = dial(r, …); add_client(d, …)`, and
`answer(r)` is the HTTP response. URLs must be absolute or start with a slash.
"""

from collections.abc import Mapping

from django.http import HttpResponse
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse

__all__ = [
    "Conference",
    "Dial",
    "Gather",
    "MessagingResponse",
    "VoiceResponse",
    "add_client",
    "add_number",
    "add_sip",
    "answer",
    "dial",
    "gather_key",
    "hang_up",
    "join_conference",
    "pause",
    "play",
    "record",
    "redirect",
    "reject",
    "response",
    "say",
]

LEG_EVENTS = "initiated ringing answered completed"
ANY_KEY = ""


def response() -> VoiceResponse:
    return VoiceResponse()


def answer(document: VoiceResponse | MessagingResponse) -> HttpResponse:
    return HttpResponse(str(document), content_type="text/xml; charset=utf-8")


def say(parent: VoiceResponse | Gather, text: str, *, loop: int = 1) -> None:
    """At most 4,096 characters are spoken. `loop` 0 means until the call ends."""
    parent.say(text, **({} if loop == 1 else {"loop": loop}))


def play(parent: VoiceResponse | Gather, url: str, *, loop: int = 1) -> None:
    parent.play(url, **({} if loop == 1 else {"loop": loop}))


def pause(parent: VoiceResponse | Gather, seconds: int = 1) -> None:
    parent.pause(length=seconds)


def dial(
    parent: VoiceResponse,
    *,
    action: str,
    timeout: int,
    caller_id: str = "",
    answer_on_bridge: bool = True,
    recording_status_url: str = "",
    time_limit: int | None = None,
) -> Dial:
    """Ring several phones at once; the first that picks up wins. `action` is asked when it is over:
    nothing after this verb is run. Recording starts when `recording_status_url` is given.
    """
    recording = {"record": "record-from-answer-dual", "recording_status_callback": recording_status_url}
    return parent.dial(
        action=action,
        timeout=timeout,
        caller_id=caller_id or None,
        answer_on_bridge=True if answer_on_bridge else None,
        time_limit=time_limit,
        **(recording | {"recording_status_callback_event": "completed absent"} if recording_status_url else {}),
    )


def add_number(parent: Dial, number: str, *, status_url: str, whisper_url: str = "") -> None:
    """An outside number. With `whisper_url` it must not stand beside other phones: picking up wins the
    Dial before the key is pressed."""
    parent.number(number, url=whisper_url or None, status_callback=status_url, status_callback_event=LEG_EVENTS)


def add_client(parent: Dial, identity: str, *, status_url: str, parameters: Mapping[str, str] | None = None) -> None:
    """A web or mobile app. `parameters` reach it as `customParameters`."""
    noun = parent.client(None if parameters else identity, status_callback=status_url, status_callback_event=LEG_EVENTS)
    if parameters:
        noun.identity(identity)
        for name, value in parameters.items():
            noun.parameter(name=name, value=value)


def add_sip(parent: Dial, address: str, *, status_url: str, whisper_url: str = "") -> None:
    """A desk phone: `sip:desk1@practice.sip.twilio.com`."""
    parent.sip(address, url=whisper_url or None, status_callback=status_url, status_callback_event=LEG_EVENTS)


def join_conference(
    parent: VoiceResponse,
    name: str,
    *,
    action: str,
    wait_url: str = "",
    start_on_enter: bool = True,
    end_on_exit: bool = False,
    label: str = "",
    status_url: str = "",
    recording_status_url: str = "",
) -> None:
    """Put this leg into the room `name` (opaque: no patient data). Silent wait unless `wait_url`; no beep.
    The status and recording settings of the first leg in count for the room."""
    status = {"status_callback": status_url, "status_callback_event": "start end join leave hold"}
    recording = {"record": "record-from-start", "recording_status_callback": recording_status_url}
    parent.dial(action=action).conference(
        name,
        beep="false",
        wait_url=wait_url,
        start_conference_on_enter=start_on_enter,
        end_conference_on_exit=end_on_exit,
        participant_label=label or None,
        **(status if status_url else {}),
        **(recording | {"recording_status_callback_event": "completed absent"} if recording_status_url else {}),
    )


def gather_key(parent: VoiceResponse, *, action: str, timeout: int = 8, digits: int = 1) -> Gather:
    """Wait for a key (any, `#` too); `action` gets `Digits`. Without a key the next verb runs, so end
    the document with `hang_up`: an empty rest would connect the call."""
    return parent.gather(num_digits=digits, finish_on_key=ANY_KEY, timeout=timeout, action=action)


def record(
    parent: VoiceResponse, *, action: str, recording_status_url: str, max_seconds: int = 180, silence: int = 8
) -> None:
    """Record the caller after a beep until `#`, `silence` seconds of quiet, or hanging up."""
    parent.record(
        action=action,
        max_length=max_seconds,
        timeout=silence,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=recording_status_url,
        recording_status_callback_event="completed absent",
    )


def redirect(parent: VoiceResponse, url: str) -> None:
    parent.redirect(url, method="POST")


def hang_up(parent: VoiceResponse) -> None:
    parent.hangup()


def reject(parent: VoiceResponse, *, busy: bool = False) -> None:
    """Refuse without answering; must be the first verb."""
    parent.reject(reason="busy" if busy else "rejected")
