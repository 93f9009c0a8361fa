"""Voicemail greetings: uploaded by an admin, fetched by the carrier under a token that nobody can guess."""

import secrets
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.lib.audio import check_audio
from aesthetix.practices.actor import Actor
from telephony.models import Greeting, Line, StaffCallSettings, VoiceSettings

if TYPE_CHECKING:
    Upload: TypeAlias = UploadedFile[bytes]
else:
    Upload = UploadedFile  # generic for the type checker only
NAME_LENGTH = 120


def store_greeting(*, actor: Actor, upload: Upload) -> Greeting:
    """Checks and keeps an upload under a new name. Raises ValidationError keyed "greeting".

    The name that the person gave it is only shown, never used as a path.
    """
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2]
    try:
        audio = check_audio(name, upload.size or 0, cast(BinaryIO, upload))
    except ValidationError as refused:
        raise ValidationError({"greeting": refused}) from refused
    token = secrets.token_urlsafe(32)
    greeting = Greeting(
        practice=actor.practice,
        name=name[-NAME_LENGTH:],
        content_type=audio.content_type,
        size=upload.size or 0,
        seconds=round(audio.seconds, 2),
        token=token,
        uploaded_by=actor.staff,
    )
    greeting.file.save(f"{token}.{audio.extension}", upload, save=False)
    greeting.save()
    record(actor, "create", greeting, changes={"name": ["", greeting.name]})
    return greeting


def discard_greeting(*, actor: Actor, greeting: Greeting | None) -> None:
    """Forgets a greeting that nothing plays any more, and its file once that is committed."""
    if greeting is None or _is_used(greeting):
        return
    stored, name = greeting.file.storage, str(greeting.file.name)
    record(actor, "delete", greeting, changes={"name": [greeting.name, ""]})
    Greeting.objects.for_practice(actor.practice).filter(pk=greeting.pk).delete()
    transaction.on_commit(lambda: stored.delete(name))


def _is_used(greeting: Greeting) -> bool:
    return (
        VoiceSettings.objects.filter(greeting=greeting).exists()
        or StaffCallSettings.objects.filter(greeting=greeting).exists()
        or bool(Line.objects.for_practice(greeting.practice_id).filter(greeting=greeting).exists())
    )
