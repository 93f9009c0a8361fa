"""Messages and their media."""

import hashlib
import hmac

from telephony.carriers.lab.errors import not_found
from telephony.carriers.lab.messages import Draft, Media, Text
from telephony.carriers.lab.rest.app import PUBLIC, RestAnswer, RestRequest, route
from telephony.carriers.lab.rest.calls import in_window
from telephony.carriers.lab.rest.shapes import media_json, message_json, page


@route("POST", "Messages.json")
def create(request: RestRequest) -> RestAnswer:
    draft = Draft(
        to=request.get("To"),
        from_=request.get("From"),
        body=request.get("Body"),
        media_urls=tuple(request.params.get("MediaUrl", ())),
        status_callback=request.get("StatusCallback"),
        messaging_service_sid=request.get("MessagingServiceSid"),
    )
    return RestAnswer(message_json(request.lab.texts.accept(request.account, draft)), 201)


@route("GET", "Messages.json")
def listing(request: RestRequest) -> RestAnswer:
    texts = [text for text in request.lab.texts.all.values() if text.account is request.account]
    wanted = [text for text in texts if _wanted(request, text)]
    return page(request, "messages", reversed(wanted), message_json)


def _wanted(request: RestRequest, text: Text) -> bool:
    values = {"To": text.to, "From": text.from_}
    if any(request.has(name) and request.get(name) != value for name, value in values.items()):
        return False
    return in_window(request, "DateSent", text.sent_at or text.created_at)


def _text(request: RestRequest) -> Text:
    text = request.lab.texts.all.get(request.args["sid"])
    if text is None or text.account is not request.account:
        raise not_found()
    return text


@route("GET", "Messages/{sid}.json")
def fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(message_json(_text(request)))


@route("DELETE", "Messages/{sid}.json")
def delete(request: RestRequest) -> RestAnswer:
    del request.lab.texts.all[_text(request).sid]
    return RestAnswer(status=204)


@route("GET", "Messages/{sid}/Media.json")
def media_listing(request: RestRequest) -> RestAnswer:
    text = _text(request)
    return page(request, "media_list", text.media, lambda media: media_json(text, media))


def _media(request: RestRequest) -> Media:
    found = next((media for media in _text(request).media if media.sid == request.args["media"]), None)
    if found is None:
        raise not_found()
    return found


@route("GET", "Messages/{sid}/Media/{media}.json")
def media_fetch(request: RestRequest) -> RestAnswer:
    return RestAnswer(media_json(_text(request), _media(request)))


@route("DELETE", "Messages/{sid}/Media/{media}.json")
def media_delete(request: RestRequest) -> RestAnswer:
    _text(request).media.remove(_media(request))
    return RestAnswer(status=204)


@route("GET", "Messages/{sid}/Media/{media}")
def media_redirect(request: RestRequest) -> RestAnswer:
    """The file itself lies elsewhere, at an address that needs no login but cannot be guessed."""
    media = _media(request)
    pass_ = _pass(request.account.auth_token, media)
    place = f"{request.lab.api_url}/media/{request.account.sid}/{request.args['sid']}/{media.sid}?pass={pass_}"
    return RestAnswer(b"", 307, "text/plain", (("Location", place),))


@route("GET", "/media/{account}/{sid}/{media}", access=PUBLIC)
def media_content(request: RestRequest) -> RestAnswer:
    media = _media(request)
    if not hmac.compare_digest(request.get("pass"), _pass(request.account.auth_token, media)):
        raise not_found()
    return RestAnswer(media.content, content_type=media.content_type)


def _pass(token: str, media: Media) -> str:
    return hmac.new(token.encode(), media.sid.encode(), hashlib.sha256).hexdigest()
