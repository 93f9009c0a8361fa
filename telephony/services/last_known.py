"""The last known answer of each line, kept for the day on which the database is away."""

import logging

from cryptography.fernet import InvalidToken
from django.core.cache import cache
from redis.exceptions import RedisError

from aesthetix.lib import crypto
from aesthetix.practices.models import Practice
from telephony import answers
from telephony.carriers.twilio.twiml import Dial, VoiceResponse
from telephony.models import CarrierAccount
from telephony.profile import Caller, LineConfig, PhoneProfile
from telephony.route import Destination, Route
from telephony.routing import decide

logger = logging.getLogger(__name__)
SORRY = "We are sorry, we cannot take your call at the moment. Call again in a few minutes."


def remember_routes(practice: Practice, profile: PhoneProfile) -> None:
    """Keep each line's answer to an unknown caller, with the key to check the signature, encrypted."""
    account = CarrierAccount.objects.filter(practice=practice).first()
    if account is None:
        return
    token = crypto.encrypt(account.auth_token)
    plans = {f"fallback:{line.number}": (token, _plan(profile, line.id)) for line in profile.lines.values()}
    try:
        cache.set_many(plans, timeout=None)
    except RedisError:
        logger.warning("The cache cannot be reached; the fallback of practice %s is not up to date.", practice.pk)


def _plan(profile: PhoneProfile, line_id: int) -> str:
    line = profile.lines[line_id]
    route = decide(profile, line, Caller())
    response = VoiceResponse()
    if route.destinations:
        dial = Dial(action=answers.url("dial"), timeout=route.timeout, caller_id=answers.ANY_CALLER)
        for phone in _safe_together(route):
            _add(dial, phone, line)
        response.append(dial)
    response.say(SORRY)
    return str(response)


def _safe_together(route: Route) -> list[Destination]:
    """As in answers.ring: beside other phones a screened one could stop them by a machine's picking up."""
    direct = [phone for _, phone in answers.direct_phones(route)]
    return direct or list(route.destinations[:1])


def _add(dial: Dial, phone: Destination, line: LineConfig) -> None:
    if phone.kind == "client":
        dial.client(phone.address)
    elif phone.screened:
        dial.number(phone.address, url=answers.url("fallback_whisper", line=line.number))
    else:
        dial.number(phone.address)


def recall(number: str) -> tuple[str, str]:
    """(auth token, TwiML) of a line, or two empty strings. Reads the cache only."""
    try:
        token, plan = cache.get(f"fallback:{number}") or ("", "")
        return (crypto.decrypt(token) if token else ""), plan
    except (InvalidToken, RedisError):  # InvalidToken: kept under a key that has been taken away since
        return "", ""
