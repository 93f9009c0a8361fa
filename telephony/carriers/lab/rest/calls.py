"""Calls: place, look up, redirect, end."""

import datetime as dt

from telephony.carriers.lab.errors import not_found
from telephony.carriers.lab.legs import Leg, StatusHook
from telephony.carriers.lab.outbound import Order, finish_leg, read_source, read_twiml, redirect_leg, start_call
from telephony.carriers.lab.recordings import Recording
from telephony.carriers.lab.rest.app import RestAnswer, RestRequest, route
from telephony.carriers.lab.rest.shapes import Json, call_json, page, recording_json


def leg_of(request: RestRequest, sid: str) -> Leg:
    leg = request.lab.legs.get(sid)
    if leg is None or leg.account is not request.account:
        raise not_found()
    return leg


def status_hook(request: RestRequest) -> StatusHook | None:
    """StatusCallback with its events, which come as a repeated key or one list of words."""
    if not request.get("StatusCallback"):
        return None
    events = frozenset(" ".join(request.params.get("StatusCallbackEvent", ["completed"])).split())
    return StatusHook(request.get("StatusCallback"), request.get("StatusCallbackMethod", "POST"), events, "status")


@route("POST", "Calls.json")
def create(request: RestRequest) -> RestAnswer:
    order = Order(
        to=request.get("To"),
        from_=request.get("From"),
        url=request.get("Url"),
        method=request.get("Method", "POST"),
        document=read_twiml(request.get("Twiml")) if request.get("Twiml") else None,
        timeout=float(request.get("Timeout", "60")),
        hook=status_hook(request),
        fallback_url=request.get("FallbackUrl"),
        detect_machine=bool(request.get("MachineDetection")),
        call_token=request.get("CallToken"),
        record=request.flag("Record"),
    )
    return RestAnswer(call_json(start_call(request.lab, request.account, order)), 201)


@route("GET", "Calls.json")
def listing(request: RestRequest) -> RestAnswer:
    legs = [leg for leg in request.lab.legs.values() if leg.account is request.account and _wanted(request, leg)]
    return page(request, "calls", reversed(legs), call_json)


def _wanted(request: RestRequest, leg: Leg) -> bool:
    parent = leg.parent.sid if leg.parent else ""
    values = {"To": leg.to, "From": leg.from_, "Status": leg.status, "ParentCallSid": parent}
    if any(request.has(name) and request.get(name) != value for name, value in values.items()):
        return False
    return in_window(request, "StartTime", leg.created_at)


def in_window(request: RestRequest, name: str, moment: dt.datetime | None) -> bool:
    """The filters `Name` (a whole day in UTC), `Name>` and `Name<` (days or moments)."""
    for suffix in ("", "<", ">"):
        wanted = request.get(name + suffix)
        if wanted and (moment is None or not _compare(moment, suffix, wanted)):
            return False
    return True


def _compare(moment: dt.datetime, suffix: str, wanted: str) -> bool:
    if not suffix or len(wanted) == 10:
        day, limit = moment.date().isoformat(), wanted[:10]
    else:
        day, limit = moment.strftime("%Y-%m-%dT%H:%M:%S"), wanted[:19]
    return {"": day == limit, "<": day <= limit, ">": day >= limit}[suffix]


@route("GET", "Calls/{sid}.json")
def fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(call_json(leg_of(request, request.args["sid"])))


@route("POST", "Calls/{sid}.json")
def update(request: RestRequest) -> RestAnswer:
    leg = leg_of(request, request.args["sid"])
    if request.get("Url") or request.get("Twiml"):
        if request.has("FallbackUrl"):
            leg.fallback_url = request.get("FallbackUrl")
        source = read_source(leg, request.get("Url"), request.get("Method", "POST"), request.get("Twiml"))
        redirect_leg(leg, source)
    if request.get("Status"):
        finish_leg(leg, request.get("Status"))
    hook = status_hook(request)
    if hook is not None:
        leg.hooks.append(hook)
    return RestAnswer(call_json(leg))


@route("GET", "Calls/{sid}/Recordings.json")
def recordings(request: RestRequest) -> RestAnswer:
    leg = leg_of(request, request.args["sid"])
    return page(request, "recordings", request.lab.recorder.of_leg(leg), _call_recording)


def _call_recording(recording: Recording) -> Json:
    shape = recording_json(recording)
    kept = {name: value for name, value in shape.items() if name not in ("media_url", "subresource_uris")}
    return kept | {"track": recording.track or "both"}
