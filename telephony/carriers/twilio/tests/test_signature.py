"""Signature vectors as Twilio computes them; the words say what must not be let in."""

import hashlib
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from telephony.carriers.twilio.signature import _is_plainly_signed, compute, verify

TOKEN = "test_auth_token"
BLANK = {"CallSid": "CA" + "0" * 32, "From": "+15555550100", "To": "+15555550101", "Body": ""}
BLANK_SIGNATURE = "B2H+fazr1IkzWunf+q7yzrz7rak="
JSON_PATH = "/hook?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.PUBLIC_BASE_URL = "https://crm.example.com"
    settings.ALLOWED_HOSTS = ["*"]


def post(fields=BLANK, path="/twilio/voice", signature=BLANK_SIGNATURE, **extra):
    return RequestFactory().post(path, fields, headers={"X-Twilio-Signature": signature}, **extra)


def form(body, path="/twilio/voice", signature=BLANK_SIGNATURE):
    return RequestFactory().post(
        path, body, content_type="application/x-www-form-urlencoded", headers={"X-Twilio-Signature": signature}
    )


def post_json(body, path=JSON_PATH, signature="bxAsl6L8za4JzJJudh/iCm90JkY="):
    return RequestFactory().post(path, body, content_type="application/json", headers={"X-Twilio-Signature": signature})


def test_the_documented_example_is_accepted(settings):
    settings.PUBLIC_BASE_URL = "https://example.com"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    assert verify(post(fields, "/myapp.php?foo=1&bar=2", "vNe7KK2kJwCsxc9K3OLkkKB3qqI="), "12345")


@given(
    st.dictionaries(st.text(min_size=1, alphabet=st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
)
def test_whatever_the_sdk_signs_is_accepted_at_once(fields):
    data = QueryDict(urlencode(fields))
    signature = RequestValidator(TOKEN).compute_signature("https://crm.example.com/", data)
    assert _is_plainly_signed("https://crm.example.com/", data, TOKEN, signature)
    assert not _is_plainly_signed("https://crm.example.com/other", data, TOKEN, signature)


def test_a_field_that_comes_twice_is_left_to_the_sdk():
    twice = QueryDict("To=%2B1&To=%2B1")
    once = RequestValidator(TOKEN).compute_signature("https://crm.example.com/", {"To": "+1"})
    assert not _is_plainly_signed("https://crm.example.com/", twice, TOKEN, once)


def test_blank_fields_are_signed_too():
    assert verify(post(), TOKEN)
    assert not verify(post({name: value for name, value in BLANK.items() if value}), TOKEN)


def test_the_standard_port_may_be_in_the_signed_address():
    assert verify(post(signature="qoZLQFzlGkhMPtmQXBncADPlk14="), TOKEN)


def test_a_signature_for_plain_http_is_refused():
    assert not verify(post(signature="/SGDHuI+USVBGvPkS31qAEAEfJQ="), TOKEN)


def test_the_host_header_is_not_believed():
    signed_for_another_host = compute("https://evil.example/twilio/voice", BLANK, TOKEN)
    assert verify(post(HTTP_HOST="evil.example"), TOKEN)
    assert not verify(post(signature=signed_for_another_host, HTTP_HOST="evil.example"), TOKEN)


@pytest.mark.parametrize("signature", ["", "x", "B2H+fazr1IkzWunf+q7yzrz7raj=", "ü"])
def test_a_missing_or_wrong_signature_is_refused(signature):
    assert not verify(post(signature=signature), TOKEN)


def test_an_empty_token_lets_nobody_in():
    assert not verify(post(signature=compute("https://crm.example.com/twilio/voice", BLANK, "")), "")


def test_a_changed_or_added_field_is_refused():
    assert not verify(post({**BLANK, "From": "+15555550199"}), TOKEN)
    assert not verify(post({**BLANK, "Digits": "5"}), TOKEN)


def test_unknown_fields_are_accepted_when_they_are_signed():
    fields = {**BLANK, "SomethingNew": "1"}
    assert verify(post(fields, signature=compute("https://crm.example.com/twilio/voice", fields, TOKEN)), TOKEN)


def test_a_repeated_field_is_signed_once_for_each_value():
    from twilio.request_validator import RequestValidator

    request = form("MediaUrl=b&MediaUrl=a&MediaUrl=a")
    url = "https://crm.example.com/twilio/voice"
    request.META["HTTP_X_TWILIO_SIGNATURE"] = RequestValidator(TOKEN).compute_signature(url, request.POST)
    assert request.POST.getlist("MediaUrl") == ["b", "a", "a"]
    assert verify(request, TOKEN)


def test_whitespace_in_a_field_is_kept():
    fields = {**BLANK, "Body": " STOP \n"}
    signature = compute("https://crm.example.com/twilio/voice", fields, TOKEN)
    assert verify(post(fields, signature=signature), TOKEN)
    assert not verify(post({**fields, "Body": "STOP"}, signature=signature), TOKEN)


def test_the_query_is_part_of_the_address():
    signature = compute("https://crm.example.com/twilio/voice?call=7", BLANK, TOKEN)
    assert verify(post(path="/twilio/voice?call=7", signature=signature), TOKEN)
    assert not verify(post(path="/twilio/voice?call=8", signature=signature), TOKEN)


def test_a_get_is_signed_by_its_address():
    url = "https://crm.example.com/twilio/voice?CallSid=CA1"
    headers = {"X-Twilio-Signature": compute(url, {}, TOKEN)}
    assert verify(RequestFactory().get("/twilio/voice?CallSid=CA1", headers=headers), TOKEN)
    assert not verify(RequestFactory().get("/twilio/voice?CallSid=CA2", headers=headers), TOKEN)


def test_a_json_body_is_signed_by_its_hash():
    assert verify(post_json(b'{"a":1}'), TOKEN)
    assert not verify(post_json(b'{"a":2}'), TOKEN)


def test_a_body_without_its_hash_is_refused():
    signature = compute("https://crm.example.com/hook", {}, TOKEN)
    assert not verify(post_json(b'{"a":1}', "/hook", signature), TOKEN)


def test_a_body_that_is_not_text_does_not_break_the_check():
    body = b"\xff\xfe\x00"
    path = f"/hook?bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert verify(post_json(body, path, compute("https://crm.example.com" + path, {}, TOKEN)), TOKEN)


@pytest.mark.parametrize("algorithm", ["HMAC_SHA256", "HMAC_SHA512", "none"])
def test_a_signature_that_is_not_by_the_auth_token_is_refused(algorithm):
    settings_header = {"HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": f"key=k1,algorithm={algorithm}"}
    shared_key = "Gm2JtXhEB0nxqBbeTd7KPF1Y7mSjfm+nuhBBAsuiN40="
    assert not verify(post(**settings_header), TOKEN)
    assert not verify(post(signature=shared_key, **settings_header), "test_shared_key")
