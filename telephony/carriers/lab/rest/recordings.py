"""Recordings: metadata, the file, and deleting."""

from telephony.carriers.lab.errors import not_found
from telephony.carriers.lab.recordings import Recording
from telephony.carriers.lab.rest.app import RestAnswer, RestRequest, route
from telephony.carriers.lab.rest.shapes import page, recording_json


def _recording(request: RestRequest) -> Recording:
    recording = request.lab.recorder.recordings.get(request.args["sid"])
    if recording is None or recording.account is not request.account or recording.deleted:
        raise not_found()
    return recording


def _file(request: RestRequest, extension: str) -> RestAnswer:
    recording = _recording(request)
    if recording.status != "completed":
        raise not_found()
    content, content_type = recording.media(extension)
    return RestAnswer(content, content_type=content_type)


@route("GET", "Recordings.json")
def listing(request: RestRequest) -> RestAnswer:
    mine = [one for one in request.lab.recorder.recordings.values() if one.account is request.account]
    wanted = [one for one in mine if not one.deleted and request.get("CallSid", one.call_sid) == one.call_sid]
    return page(request, "recordings", reversed(wanted), recording_json)


@route("GET", "Recordings/{sid}.json")
def fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(recording_json(_recording(request)))


@route("DELETE", "Recordings/{sid}.json")
def delete(request: RestRequest) -> RestAnswer:
    _recording(request).deleted = True
    return RestAnswer(status=204)


@route("GET", "Recordings/{sid}.wav")
def wav(request: RestRequest) -> RestAnswer:
    return _file(request, "wav")


@route("GET", "Recordings/{sid}.mp3")
def mp3(request: RestRequest) -> RestAnswer:
    return _file(request, "mp3")


@route("GET", "Recordings/{sid}")
def bare(request: RestRequest) -> RestAnswer:
    return _file(request, "wav")
