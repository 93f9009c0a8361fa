"""Whose calls a person may see: those of the contacts that they may see; anonymous ones with access to all data."""

from typing import Any

from django.db.models import Q

from aesthetix.practices.models import Staff
from contacts.models import Contact
from telephony.models import Call, Recording


def calls_for(staff: Staff) -> Any:
    return Call.objects.for_practice(staff.practice_id).filter(_visible(staff, "contact"))


def recordings_for(staff: Staff) -> Any:
    return Recording.objects.for_practice(staff.practice_id).filter(_visible(staff, "call__contact"))


def _visible(staff: Staff, path: str) -> Q:
    theirs = Q(**{f"{path}__in": Contact.objects.for_staff(staff)})
    return theirs | Q(**{f"{path}__isnull": True}) if staff.sees_all else theirs
