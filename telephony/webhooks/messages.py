"""The text webhooks: a patient wrote, or the carrier reports on a text of ours.

Both answer with an empty document: replies to STOP and HELP are the carrier's own
(docs/decisions/006-opt-out-wording.md), everything else goes out through the send gate.
"""

import logging

from django.shortcuts import get_object_or_404

from conversations.models import Message
from conversations.services.inbound import receive_text
from conversations.services.status import apply_status
from telephony.webhooks.base import Hook, carrier_webhook

logger = logging.getLogger(__name__)
NOTHING_TO_SAY = "<Response/>"
MAX_MEDIA = 10


@carrier_webhook("MessageSid", "From", "To", by_line=True)
def inbound(hook: Hook) -> str:
    """A text for one of our numbers."""
    if ":" in hook.data["From"]:
        logger.info("A message on a channel that is not connected was left with the carrier.")
        return NOTHING_TO_SAY
    receive_text(
        practice=hook.practice,
        sid=hook.data["MessageSid"],
        from_number=hook.data["From"],
        to_number=hook.data["To"],
        body=hook.data.get("Body", ""),
        media=_media(hook),
        opt_out_type=hook.data.get("OptOutType", ""),
    )
    return NOTHING_TO_SAY


@carrier_webhook("MessageSid", "MessageStatus")
def status(hook: Hook) -> str:
    """A report on the message whose id stands in the URL."""
    message = get_object_or_404(Message.objects.for_practice(hook.practice), pk=hook.query["pk"])
    apply_status(
        message=message,
        status=hook.data["MessageStatus"],
        error_code=hook.data.get("ErrorCode", ""),
        sid=hook.data["MessageSid"],
    )
    return NOTHING_TO_SAY


def _media(hook: Hook) -> list[dict[str, str]]:
    return [
        {"url": hook.data[f"MediaUrl{at}"], "content_type": hook.data.get(f"MediaContentType{at}", "")}
        for at in range(min(hook.number("NumMedia"), MAX_MEDIA))
        if hook.data.get(f"MediaUrl{at}")
    ]
