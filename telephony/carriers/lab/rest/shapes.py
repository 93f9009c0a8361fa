"""Resources as Twilio's JSON: the fields and formats of its OpenAPI description."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from telephony.carriers.lab.accounts import Account, Alert, OwnedNumber
from telephony.carriers.lab.legs import Leg, rfc2822
from telephony.carriers.lab.messages import Media, Text
from telephony.carriers.lab.recordings import Recording
from telephony.carriers.lab.rest.app import RestAnswer, RestRequest
from telephony.carriers.lab.rooms import Participant, Room

T = TypeVar("T")
Json = dict[str, Any]
API_VERSION = "2010-04-01"
DEFAULT_PAGE, MAX_PAGE = 50, 1000


def uri(account: Account, *parts: str, extension: str = ".json") -> str:
    return "/".join(["", API_VERSION, "Accounts", account.sid, *parts]) + extension


def page(request: RestRequest, key: str, items: Iterable[T], shape: Callable[[T], Json]) -> RestAnswer:
    """One page of a list, with links to its neighbours."""
    size = min(int(request.get("PageSize") or DEFAULT_PAGE), MAX_PAGE)
    number = int(request.get("Page") or 0)
    listed = list(items)
    part = listed[number * size : (number + 1) * size]
    more = len(listed) > (number + 1) * size
    body = {
        key: [shape(item) for item in part],
        "first_page_uri": _page_uri(request, 0, size),
        "next_page_uri": _page_uri(request, number + 1, size) if more else None,
        "previous_page_uri": _page_uri(request, number - 1, size) if number else None,
        "uri": _page_uri(request, number, size),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(part) - 1, 0),
    }
    return RestAnswer(body)


def _page_uri(request: RestRequest, number: int, size: int) -> str:
    kept = {name: values for name, values in request.params.items() if name not in ("Page", "PageSize")}
    return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': number}, doseq=True)}"


def account_json(account: Account) -> Json:
    return {
        "sid": account.sid,
        "friendly_name": account.name,
        "status": "active",
        "type": "Full",
        "date_created": rfc2822(account.created_at),
        "date_updated": rfc2822(account.created_at),
        "owner_account_sid": account.sid,
        "uri": f"/{API_VERSION}/Accounts/{account.sid}.json",
        "subresource_uris": {},
        "auth_token": None,
    }


def call_json(leg: Leg) -> Json:
    ended = rfc2822(leg.ended_at) if leg.ended_at else None
    return {
        "sid": leg.sid,
        "account_sid": leg.account.sid,
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": leg.number.sid if leg.number else None,
        "status": "queued" if leg.status == "initiated" else leg.status,
        "direction": leg.direction,
        "date_created": rfc2822(leg.created_at),
        "date_updated": ended or rfc2822(leg.lab.now),
        "start_time": rfc2822(leg.answered_at or leg.created_at),
        "end_time": ended,
        "duration": str(leg.seconds) if ended else None,
        "price": None,
        "price_unit": "USD",
        "answered_by": leg.extra.get("AnsweredBy"),
        "api_version": API_VERSION,
        "forwarded_from": leg.info.forwarded_from or None,
        "group_sid": None,
        "caller_name": leg.info.caller_name or None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": uri(leg.account, "Calls", leg.sid),
        "subresource_uris": {"recordings": uri(leg.account, "Calls", leg.sid, "Recordings")},
    }


def message_json(text: Text) -> Json:
    return {
        "sid": text.sid,
        "account_sid": text.account.sid,
        "messaging_service_sid": text.messaging_service_sid or None,
        "from": text.from_,
        "to": text.to,
        "body": text.body,
        "direction": text.direction,
        "status": text.status,
        "num_segments": str(text.segments),
        "num_media": str(len(text.media) or len(text.media_urls)),
        "error_code": text.error_code,
        "error_message": f"error {text.error_code}" if text.error_code else None,
        "date_created": rfc2822(text.created_at),
        "date_updated": rfc2822(text.arrived_at or text.sent_at or text.created_at),
        "date_sent": rfc2822(text.sent_at) if text.sent_at else None,
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "uri": uri(text.account, "Messages", text.sid),
        "subresource_uris": {"media": uri(text.account, "Messages", text.sid, "Media")},
    }


def media_json(text: Text, media: Media) -> Json:
    return {
        "sid": media.sid,
        "account_sid": text.account.sid,
        "parent_sid": text.sid,
        "content_type": media.content_type,
        "date_created": rfc2822(media.created_at),
        "date_updated": rfc2822(media.created_at),
        "uri": uri(text.account, "Messages", text.sid, "Media", media.sid),
    }


def recording_json(recording: Recording) -> Json:
    return {
        "sid": recording.sid,
        "account_sid": recording.account.sid,
        "call_sid": recording.call_sid or None,
        "conference_sid": recording.conference_sid or None,
        "status": "deleted" if recording.deleted else recording.status,
        "source": recording.source,
        "channels": recording.channels,
        "duration": str(round(recording.duration)) if recording.status != "in-progress" else None,
        "start_time": rfc2822(recording.started_at),
        "date_created": rfc2822(recording.started_at),
        "date_updated": rfc2822(recording.started_at),
        "error_code": None,
        "encryption_details": None,
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "media_url": recording.url,
        "uri": uri(recording.account, "Recordings", recording.sid),
        "subresource_uris": {},
    }


def conference_json(room: Room) -> Json:
    return {
        "sid": room.sid,
        "account_sid": room.account.sid,
        "friendly_name": room.name,
        "status": room.status,
        "region": "us1",
        "call_sid_ending_conference": room.ended_by or None,
        "date_created": rfc2822(room.created_at),
        "date_updated": rfc2822(room.ended_at or room.lab.now),
        "api_version": API_VERSION,
        "uri": uri(room.account, "Conferences", room.sid),
        "subresource_uris": {"participants": uri(room.account, "Conferences", room.sid, "Participants")},
        **({"reason_conference_ended": room.end_reason} if room.end_reason else {}),
    }


def participant_json(participant: Participant) -> Json:
    leg, room = participant.leg, participant.room
    return {
        "account_sid": leg.account.sid,
        "call_sid": leg.sid,
        "conference_sid": room.sid,
        "label": participant.label or None,
        "call_sid_to_coach": participant.coach_sid or None,
        "coaching": bool(participant.coach_sid),
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.start_on_enter,
        "end_conference_on_exit": participant.end_on_exit,
        "status": "connected" if leg.sid in room.participants else "queued" if leg.live else "complete",
        "queue_time": "0",
        "date_created": rfc2822(participant.joined_at),
        "date_updated": rfc2822(participant.joined_at),
        "uri": uri(leg.account, "Conferences", room.sid, "Participants", leg.sid),
    }


def number_json(owned: OwnedNumber) -> Json:
    configured = {
        name: getattr(owned, name) or None
        for name in ("voice_url", "voice_fallback_url", "status_callback", "sms_url", "sms_fallback_url")
    }
    methods = {
        name: getattr(owned, name)
        for name in (
            "voice_method",
            "voice_fallback_method",
            "status_callback_method",
            "sms_method",
            "sms_fallback_method",
        )
    }
    unset = ("address_sid", "bundle_sid", "emergency_address_sid", "identity_sid", "sms_application_sid", "trunk_sid")
    return {
        "sid": owned.sid,
        "account_sid": owned.account.sid,
        "phone_number": owned.number,
        "friendly_name": owned.friendly_name,
        "capabilities": {"voice": True, "sms": owned.sms_enabled, "mms": owned.sms_enabled, "fax": False},
        "voice_caller_id_lookup": owned.voice_caller_id_lookup,
        "voice_receive_mode": "voice",
        "voice_application_sid": None,
        "address_requirements": "none",
        "emergency_status": "Inactive",
        "emergency_address_status": "unregistered",
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "date_created": rfc2822(owned.created_at),
        "date_updated": rfc2822(owned.created_at),
        "api_version": API_VERSION,
        "uri": uri(owned.account, "IncomingPhoneNumbers", owned.sid),
        **configured,
        **methods,
        **dict.fromkeys(unset),
    }


def alert_json(alert: Alert) -> Json:
    moment = alert.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "sid": alert.sid,
        "account_sid": alert.account_sid,
        "error_code": str(alert.code),
        "log_level": alert.level,
        "alert_text": alert.text,
        "more_info": f"https://www.twilio.com/docs/errors/{alert.code}",
        "request_method": "POST",
        "request_url": alert.url,
        "resource_sid": alert.resource_sid,
        "api_version": API_VERSION,
        "date_created": moment,
        "date_generated": moment,
        "date_updated": moment,
        "service_sid": None,
        "url": f"/v1/Alerts/{alert.sid}",
    }
