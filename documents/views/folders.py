"""Folders of a record: add, rename, remove."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from aesthetix.practices.http import PracticeRequest
from contacts.views.record import fetch_contact
from documents.services import keeping
from documents.views.tool import Said, fetch_folder, folder_asked_for, sentences, tool_again


@require_POST
def folder_add(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    parent, name = folder_asked_for(request, contact), request.POST.get("name", "")
    try:
        keeping.add_folder(actor=request.actor, contact=contact, name=name, parent=parent)
    except ValidationError as error:
        return tool_again(request, contact, Said("folder", sentences(error), name))
    return tool_again(request, contact)


@require_POST
def folder_rename(request: PracticeRequest, pk: int, folder: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    found = fetch_folder(contact, folder)
    try:
        keeping.rename_folder(actor=request.actor, folder=found, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    return tool_again(request, contact)


@require_POST
def folder_remove(request: PracticeRequest, pk: int, folder: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    found = fetch_folder(contact, folder)
    try:
        keeping.remove_folder(actor=request.actor, folder=found)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
        return tool_again(request, contact)
    messages.success(request, "The folder is gone. What lay in it moved up.")
    return tool_again(request, contact)
