"""Conferences and their participants."""

from telephony.carriers.lab.conference import hold, unhold
from telephony.carriers.lab.errors import RestError, not_found
from telephony.carriers.lab.legs import Leg
from telephony.carriers.lab.outbound import Order, start_call
from telephony.carriers.lab.rest.app import RestAnswer, RestRequest, route
from telephony.carriers.lab.rest.calls import status_hook
from telephony.carriers.lab.rest.shapes import Json, conference_json, page, participant_json
from telephony.carriers.lab.rooms import Participant, Room
from telephony.carriers.lab.twiml import Document, Verb

CONFERENCE_ATTRIBUTES = {
    "startConferenceOnEnter": "StartConferenceOnEnter",
    "endConferenceOnExit": "EndConferenceOnExit",
    "muted": "Muted",
    "beep": "Beep",
    "waitUrl": "WaitUrl",
    "waitMethod": "WaitMethod",
    "maxParticipants": "MaxParticipants",
    "participantLabel": "Label",
    "coach": "CallSidToCoach",
    "statusCallback": "ConferenceStatusCallback",
    "statusCallbackMethod": "ConferenceStatusCallbackMethod",
}


def _room(request: RestRequest, key: str) -> Room:
    room = request.lab.rooms.find(request.account, key)
    if room is None:
        raise not_found()
    return room


def _participant(request: RestRequest) -> Participant:
    """By call sid or label."""
    room, key = _room(request, request.args["room"]), request.args["sid"]
    everybody = room.participants.values()
    found = next((one for one in everybody if key in (one.leg.sid, one.label)), None)
    if found is None:
        raise not_found()
    return found


@route("GET", "Conferences.json")
def listing(request: RestRequest) -> RestAnswer:
    wanted = {"FriendlyName": "name", "Status": "status"}
    rooms = [
        room
        for room in request.lab.rooms.of(request.account)
        if all(request.get(name, getattr(room, field)) == getattr(room, field) for name, field in wanted.items())
    ]
    return page(request, "conferences", reversed(rooms), conference_json)


@route("GET", "Conferences/{sid}.json")
def fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(conference_json(_room(request, request.args["sid"])))


@route("POST", "Conferences/{sid}.json")
def update(request: RestRequest) -> RestAnswer:
    room = _room(request, request.args["sid"])
    if request.get("Status") == "completed":
        room.end("conference-ended-via-api")
    return RestAnswer(conference_json(room))


@route("GET", "Conferences/{room}/Participants.json")
def participants(request: RestRequest) -> RestAnswer:
    everybody = _room(request, request.args["room"]).participants.values()
    return page(request, "participants", list(everybody), participant_json)


@route("POST", "Conferences/{room}/Participants.json")
def add(request: RestRequest) -> RestAnswer:
    """Call somebody into a conference; it is opened if it does not run yet."""
    key = request.args["room"]
    is_sid = key.startswith("CF") and len(key) == 34
    name = _room(request, key).name if is_sid else key
    room = request.lab.rooms.live(request.account, name) or request.lab.rooms.open(request.account, name)
    order = Order(
        to=request.get("To"),
        from_=request.get("From"),
        document=_joining(request, name),
        timeout=float(request.get("Timeout", "60")),
        hook=status_hook(request),
        detect_machine=bool(request.get("MachineDetection")),
        call_token=request.get("CallToken"),
    )
    leg = start_call(request.lab, request.account, order)
    return RestAnswer(_joining_json(request, leg, room), 201)


def _joining(request: RestRequest, name: str) -> Document:
    attributes = {mine: request.get(theirs) for mine, theirs in CONFERENCE_ATTRIBUTES.items() if request.has(theirs)}
    if request.has("ConferenceStatusCallbackEvent"):
        attributes["statusCallbackEvent"] = " ".join(request.params["ConferenceStatusCallbackEvent"])
    if request.flag("ConferenceRecord") or request.get("ConferenceRecord") == "record-from-start":
        attributes["record"] = "record-from-start"
    conference = Verb("Conference", attributes, name)
    return Document("", (Verb("Dial", {}, "", (conference,)),))


def _joining_json(request: RestRequest, leg: Leg, room: Room) -> Json:
    joining = Participant(leg, room, request.get("Label"), end_on_exit=request.flag("EndConferenceOnExit"))
    return participant_json(joining)


@route("GET", "Conferences/{room}/Participants/{sid}.json")
def participant(request: RestRequest) -> RestAnswer:
    return RestAnswer(participant_json(_participant(request)))


@route("POST", "Conferences/{room}/Participants/{sid}.json")
def change(request: RestRequest) -> RestAnswer:
    one = _participant(request)
    if request.has("EndConferenceOnExit"):
        one.set_end_on_exit(request.flag("EndConferenceOnExit"))
    if request.has("Muted"):
        one.set_muted(request.flag("Muted"))
    if request.has("Hold"):
        _hold(request, one)
    return RestAnswer(participant_json(one))


def _hold(request: RestRequest, one: Participant) -> None:
    if one.room.status != "in-progress":
        raise RestError(16022)
    if request.flag("Hold"):
        hold(one, request.get("HoldUrl"), request.get("HoldMethod", "POST"))
    else:
        unhold(one)


@route("DELETE", "Conferences/{room}/Participants/{sid}.json")
def kick(request: RestRequest) -> RestAnswer:
    one = _participant(request)
    one.room.kick(one)
    return RestAnswer(status=204)
