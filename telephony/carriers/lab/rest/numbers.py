"""The account itself, its numbers with their webhook URLs, and its error log."""

from urllib.parse import urlsplit

from telephony.carriers.lab.accounts import OwnedNumber
from telephony.carriers.lab.errors import RestError, not_found
from telephony.carriers.lab.rest.app import RestAnswer, RestRequest, route
from telephony.carriers.lab.rest.shapes import account_json, alert_json, number_json, page

SETTINGS = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
}


@route("GET", "/2010-04-01/Accounts/{account}.json")
def account(request: RestRequest) -> RestAnswer:
    return RestAnswer(account_json(request.account))


def _number(request: RestRequest) -> OwnedNumber:
    owned = request.account.number_by_sid(request.args["sid"])
    if owned is None:
        raise not_found()
    return owned


@route("GET", "IncomingPhoneNumbers.json")
def listing(request: RestRequest) -> RestAnswer:
    numbers = [one for one in request.account.numbers.values() if request.get("PhoneNumber", one.number) == one.number]
    return page(request, "incoming_phone_numbers", numbers, number_json)


@route("GET", "IncomingPhoneNumbers/{sid}.json")
def fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(number_json(_number(request)))


@route("POST", "IncomingPhoneNumbers/{sid}.json")
def update(request: RestRequest) -> RestAnswer:
    owned = _number(request)
    changes = {field: request.get(name) for name, field in SETTINGS.items() if request.has(name)}
    for field, value in changes.items():
        if field.endswith(("url", "callback")) and value and not urlsplit(value).scheme.startswith("http"):
            raise RestError(21502, message=f"{field} is not a valid URL")
    for field, value in changes.items():
        setattr(owned, field, value)
    return RestAnswer(number_json(owned))


@route("GET", "/v1/Alerts")
def alerts(request: RestRequest) -> RestAnswer:
    """The error log, newest first, as the Monitor API lists it."""
    wanted = [one for one in request.account.alerts if request.get("LogLevel", one.level) == one.level]
    shaped = [alert_json(one) for one in reversed(wanted)]
    meta = {"page": 0, "page_size": len(shaped), "key": "alerts", "next_page_url": None, "url": "/v1/Alerts"}
    return RestAnswer({"alerts": shaped, "meta": meta | {"first_page_url": "/v1/Alerts", "previous_page_url": None}})


@route("GET", "/v1/Alerts/{sid}")
def alert(request: RestRequest) -> RestAnswer:
    found = next((one for one in request.account.alerts if one.sid == request.args["sid"]), None)
    if found is None:
        raise not_found()
    return RestAnswer(alert_json(found))
