"""What every save of a phone setting does at its end."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from aesthetix.audit.services import changes_between, record
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from telephony.models import Greeting, VoiceSettings
from telephony.profile import PhoneProfile
from telephony.services.greetings import Upload, discard_greeting, store_greeting
from telephony.services.profile import load_profile, touch, voice_settings


def locked_profile(practice: Practice) -> PhoneProfile:
    """The configuration, held until the transaction ends: two saves at once must not make a circle that
    neither of them makes alone. Ask before the first write: what is read here is kept for later calls."""
    return load_profile(practice, locked_settings(practice))


def locked_settings(practice: Practice) -> VoiceSettings:
    voice_settings(practice)
    rows = VoiceSettings.objects.select_for_update(of=("self",)).select_related("greeting")
    return rows.get(practice=practice)


def snapshot(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The fields as the audit log shows them."""
    return {field: getattr(row, field) for field in fields}


def finish_change(actor: Actor, row: models.Model, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The audit row, and a new version of the configuration so that the next call sees the change."""
    record(actor, "change", row, changes=changes_between(before, after))
    touch(actor.practice)


def swap_greeting(actor: Actor, old: Greeting | None, upload: Upload | None, remove: bool) -> Greeting | None:
    """The greeting that holds from now on: the upload, none, or the old one. The caller saves it and
    then discards the old one."""
    if upload is not None:
        return store_greeting(actor=actor, upload=upload)
    return None if remove else old


def forget_replaced(actor: Actor, old: Greeting | None, new: Greeting | None) -> None:
    if old is not None and (new is None or new.pk != old.pk):
        discard_greeting(actor=actor, greeting=old)
