"""Sound over HTTP: greetings for the carrier and for staff, recordings and voicemails by permission."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from aesthetix.lib.files import file_response
from aesthetix.practices.http import PracticeRequest
from telephony.models import Greeting, Recording
from telephony.services.access import recordings_for
from telephony.services.plays import note_play

# What a token names never changes: a new upload gets a new token.
FOR_A_DAY = "public, max-age=86400, immutable"


@login_not_required
@require_safe
def greeting_for_carrier(request: HttpRequest, token: str) -> HttpResponseBase:
    """The carrier cannot sign in: the 256-bit token is the permission, and every caller hears it anyway."""
    greeting = get_object_or_404(Greeting.objects.across_practices(), token=token)
    return _greeting(request, greeting, FOR_A_DAY)


@require_safe
def greeting_audio(request: PracticeRequest, pk: int) -> HttpResponseBase:
    """For the players on the settings pages: everybody in the practice may hear what callers hear."""
    greeting = get_object_or_404(Greeting.objects.for_practice(request.practice), pk=pk)
    return _greeting(request, greeting, "private, max-age=3600")


@require_safe
def recording_audio(request: PracticeRequest, pk: int) -> HttpResponseBase:
    recordings = recordings_for(request.staff).filter(state=Recording.State.STORED).select_related("call")
    recording = get_object_or_404(recordings, pk=pk)
    if not recording.file:
        raise Http404
    note_play(actor=request.actor, recording=recording)
    name = f"{recording.get_kind_display()} {recording.created_at:%Y-%m-%d %H%M}.{_ending(recording.content_type)}"
    return file_response(request, recording.file, content_type=_safe(recording.content_type), name=name)


def _greeting(request: HttpRequest, greeting: Greeting, cache: str) -> HttpResponseBase:
    return file_response(
        request, greeting.file, content_type=_safe(greeting.content_type), name=greeting.name, cache=cache
    )


def _safe(content_type: str) -> str:
    """What the carrier called it is sent on only when it is sound."""
    return content_type if content_type in {"audio/mpeg", "audio/wav", "audio/x-wav"} else "audio/wav"


def _ending(content_type: str) -> str:
    return "mp3" if content_type == "audio/mpeg" else "wav"
