"""Every REST request Twilio's library makes here, and every answer of the lab, fits Twilio's OpenAPI description.

TWILIO_OPENAPI holds the path of `twilio_api_v2010.json`; without it these tests say so and are skipped.
"""

import json
import os
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from requests.auth import _basic_auth_str
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from werkzeug.datastructures import Headers, ImmutableMultiDict

from telephony.carriers.lab import Callee, Caller
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT, SID, TOKEN, ToLab

PATH = os.environ.get("TWILIO_OPENAPI", "")
pytestmark = pytest.mark.skipif(not PATH, reason="TWILIO_OPENAPI does not name Twilio's OpenAPI description")


@pytest.fixture(scope="module")
def description():
    with open(PATH) as file:
        return json.load(file)


@pytest.fixture(scope="module")
def openapi(description):
    return OpenAPI.from_dict(description)


NOT_WHILE_RUNNING = {"reason_conference_ended"}
"""Described as an enumeration without null, so there is no valid value before the end."""


class Asked:
    """A request as openapi-core wants it."""

    host_url = "https://api.twilio.com"
    content_type = "application/x-www-form-urlencoded"

    def __init__(self, method, url, params, data, auth):
        self.method, self.path = method.lower(), urlsplit(url).path
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        query += [(name, value) for name, value in (params or {}).items()]
        headers = Headers({"Authorization": _basic_auth_str(*auth)} if auth else {})
        self.parameters = RequestParameters(query=ImmutableMultiDict(query), header=headers, path={})
        self.form = {name: value for name, value in (data or {}).items() if value is not None}

    @property
    def body(self):
        return urlencode(self.form, doseq=True).encode() or None


class Answered:
    """A response as openapi-core wants it."""

    content_type = "application/json"

    def __init__(self, response):
        self.status_code, self.data = response.status_code, (response.text or "").encode()
        self.headers = Headers({})


class Witness(ToLab):
    """Validates whatever passes, and remembers which operations did."""

    def __init__(self, base, openapi, description):
        super().__init__(base)
        self.openapi, self.description, self.seen = openapi, description, set()

    def request(self, method, url, params=None, data=None, headers=None, auth=None, **kwargs):
        response = super().request(method, url, params=params, data=data, headers=headers, auth=auth, **kwargs)
        if "/2010-04-01/" in url and response.status_code < 400:
            self.check(Asked(method, url, params, data, auth), Answered(response))
        return response

    def check(self, asked, answered):
        self.openapi.validate_request(asked)
        if answered.data:
            self.openapi.validate_response(asked, answered)
        self.check_keys(asked)
        self.check_fields(asked, answered)

    def operation(self, asked):
        for path, operations in self.description["paths"].items():
            if asked.method in operations and matches(path, asked.path):
                return path, operations[asked.method]
        raise AssertionError(f"{asked.path} is not in the description")

    def check_keys(self, asked):
        """A misspelt form key passes openapi-core: every key must be a property of the schema."""
        path, operation = self.operation(asked)
        self.seen.add((asked.method, path))
        if asked.form:
            content = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
            assert set(asked.form) <= set(content["schema"]["properties"])

    def check_fields(self, asked, answered):
        """An answer has all the fields that Twilio's has, and no other ones."""
        if not answered.data:
            return
        _, operation = self.operation(asked)
        schema = operation["responses"][str(answered.status_code)]["content"]["application/json"]["schema"]
        body = json.loads(answered.data)
        if "$ref" in schema:
            self.compare(body, schema)
            return
        for name, part in schema["properties"].items():
            if part.get("type") == "array":
                for item in body[name]:
                    self.compare(item, part["items"])

    def compare(self, body, schema):
        fields = set(self.resolve(schema)["properties"])
        assert set(body) <= fields
        assert fields - set(body) <= NOT_WHILE_RUNNING

    def resolve(self, schema):
        return self.description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]


def matches(template, path):
    theirs, ours = template.split("/"), path.split("/")
    if len(theirs) != len(ours):
        return False
    return all(fits(one, other) for one, other in zip(theirs, ours, strict=True))


def fits(template, part):
    if template.endswith("}.json"):
        return part.endswith(".json")
    return template.startswith("{") or template == part


@pytest.fixture
def witness(server, openapi, description):
    return Witness(server.url, openapi, description)


@pytest.fixture
def checked(witness):
    return Client(SID, TOKEN, http_client=witness)


def test_calls_and_their_recordings_fit(app, lab, checked, witness):
    app.on("/voice", f'<Dial record="true" action="/dial">{MOBILE}</Dial>')
    app.on("/dial", '<Record action="/done"/>')
    lab.set_callee(MOBILE, Callee.answers(2, talk=5))
    call = lab.place_call(PATIENT, LINE, caller=Caller.leaves_voicemail(8))
    lab.advance(4)
    checked.calls(call.sid).fetch()
    checked.calls(call.legs[0].sid).update(twiml="<Response/>")
    lab.run_until_idle()
    assert checked.calls.list(to=LINE, status="completed", start_time=lab.now.date())
    assert checked.calls(call.sid).recordings.list()
    recording = checked.recordings.list(call_sid=call.sid)[0]
    checked.recordings(recording.sid).fetch()
    checked.recordings(recording.sid).delete()
    created = checked.calls.create(
        to=MOBILE,
        from_=LINE,
        url=app.url + "/out",
        timeout=20,
        status_callback=app.url + "/s",
        status_callback_event=["initiated", "completed"],
        machine_detection="Enable",
    )
    checked.calls(created.sid).update(status="canceled")
    assert len(witness.seen) == 8


def test_messages_and_their_media_fit(app, lab, checked, witness):
    app.on("/map.png", (200, "image/png", b"map"))
    sent = checked.messages.create(
        to=PATIENT, from_=LINE, body="Hello", media_url=[app.url + "/map.png"], status_callback=app.url + "/m"
    )
    lab.run_until_idle()
    checked.messages(sent.sid).fetch()
    checked.messages.list(to=PATIENT, from_=LINE, date_sent_after=lab.now.replace(year=2020))
    media = checked.messages(sent.sid).media.list()[0]
    checked.messages(sent.sid).media(media.sid).fetch()
    checked.messages(sent.sid).media(media.sid).delete()
    checked.messages(sent.sid).delete()
    assert len(witness.seen) == 7


def test_conferences_and_participants_fit(app, lab, checked, witness):
    app.on("/voice", "<Dial><Conference waitUrl=''>c_1</Conference></Dial>")
    lab.set_callee(MOBILE, Callee.answers(1, talk=None))
    call = lab.place_call(PATIENT, LINE)
    lab.advance(1)
    checked.conferences("c_1").participants.create(
        from_=LINE, to=MOBILE, label="agent", end_conference_on_exit=False, timeout=20, beep="false", early_media=True
    )
    lab.advance(5)
    conference = checked.conferences.list(friendly_name="c_1", status="in-progress")[0]
    people = checked.conferences(conference.sid).participants
    assert len(people.list()) == 2
    people(call.sid).update(hold=True, hold_url=app.url + "/silence", hold_method="POST")
    people(call.sid).fetch()
    people(call.sid).delete()
    checked.conferences(conference.sid).fetch()
    checked.conferences(conference.sid).update(status="completed")
    assert len(witness.seen) == 8


def test_numbers_and_the_account_fit(app, lab, checked, witness):
    number = checked.incoming_phone_numbers.list(phone_number=LINE)[0]
    checked.incoming_phone_numbers(number.sid).fetch()
    checked.incoming_phone_numbers(number.sid).update(
        voice_url=app.url + "/v",
        voice_method="POST",
        voice_fallback_url=app.url + "/f",
        status_callback=app.url + "/s",
        status_callback_method="POST",
        sms_url=app.url + "/m",
        sms_method="POST",
        sms_fallback_url=app.url + "/mf",
        friendly_name="Main line",
    )
    checked.api.v2010.accounts(SID).fetch()
    assert len(witness.seen) == 4


def test_errors_have_twilios_shape(server, checked):
    with pytest.raises(TwilioRestException) as refused:
        checked.calls("CA" + "f" * 32).fetch()
    body = refused.value
    assert (body.code, body.status) == (20404, 404)
