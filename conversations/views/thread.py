"""A thread's items, writing a text into it, and why a text was (not) sent."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.keyset import read_cursor
from contacts.models import Contact
from conversations.channels.sms.segments import MAX_BODY
from conversations.inbox import items_of
from conversations.models import Message, Thread
from conversations.services.send import send_message
from conversations.services.why import explain_message
from conversations.views.opening import Open, composer_context, fetch_open, last_received, open_context, open_of


class TextForm(forms.Form):
    body = forms.CharField(
        max_length=MAX_BODY,
        error_messages={
            "required": "Write the text first.",
            "max_length": f"A text has at most {MAX_BODY:,} characters.",
        },
    )
    key = forms.CharField(max_length=60)
    to = forms.CharField(required=False, max_length=20)
    from_number = forms.CharField(required=False, max_length=20)


@require_GET
def thread_items(request: PracticeRequest, pk: int | None) -> HttpResponse:
    """The items above `before`; without it the newest again, read if somebody is looking (`seen`)."""
    opened = fetch_open(request, pk)
    before = read_cursor(request.GET.get("before", ""))
    if request.GET.get("seen"):
        opened.read(request.actor)
    else:
        opened.note_view(request.actor)
    page = items_of(request.practice, opened.thread, before)
    top = before[0].astimezone(request.practice.tz).date() if before else None
    repeated = top if any(line.day == top for line in page.lines) else None
    context = {"opened": opened, "page": page, "repeated_day": repeated}
    return render(request, "conversations/items.html", context)


@require_GET
def thread_composer(request: PracticeRequest, pk: int) -> HttpResponse:
    """The composer as it is now: a STOP closes it, a START opens it."""
    opened = fetch_open(request, pk)
    assert opened.contact is not None  # the address names a contact
    composer = composer_context(request, opened.contact, last_received(opened.contact))
    return render(request, "conversations/composer.html", {"opened": opened, "composer": composer})


@require_POST
def thread_send(request: PracticeRequest, pk: int) -> HttpResponse:
    opened = fetch_open(request, pk)
    assert opened.contact is not None  # the address names a contact
    form = TextForm(request.POST)
    if not form.is_valid():
        return _composer(request, opened, opened.contact, body=request.POST.get("body", ""), form=form)
    given = form.cleaned_data
    message = send_message(
        actor=request.actor,
        contact=opened.contact,
        body=given["body"],
        key=f"staff:{request.staff.pk}:{given['key']}",
        to=given["to"],
        from_number=given["from_number"],
        origin=Message.Origin.STAFF,
    )
    withheld = message.state == Message.State.WITHHELD
    # The same composer sent before, and its answer got lost: what was written since must not.
    is_other = message.body != given["body"]
    if not (wants_fragment(request) or withheld or is_other):
        return redirect(opened.base)
    body = given["body"] if withheld or is_other else ""
    return _composer(request, opened, opened.contact, body=body, message=message, is_other=is_other)


def _composer(
    request: PracticeRequest,
    opened: Open,
    contact: Contact,
    *,
    body: str,
    form: TextForm | None = None,
    message: Message | None = None,
    is_other: bool = False,
) -> HttpResponse:
    withheld = message.reason if message and message.state == Message.State.WITHHELD else ""
    if is_other:
        withheld = "An earlier wording of this text was sent already. Send this one as well, if it is still needed."
    is_again = form is not None or bool(body)
    chosen = {name: request.POST.get(name, "") for name in ("to", "from_number")} if is_again else {}
    composer = composer_context(request, contact, last_received(contact), **chosen)
    composer |= {"body": body, "form": form, "withheld": withheld}
    if form is not None and form.data.get("key"):
        composer["key"] = form.data["key"]
    template = "conversations/composer.html" if wants_fragment(request) else "conversations/composer_page.html"
    response = render(request, template, {"opened": opened, "composer": composer})
    if message is not None:
        return trigger_client_event(response, "ax:sent")
    response.status_code = 422
    return response


@require_GET
def message_why(request: PracticeRequest, pk: int) -> HttpResponse:
    threads = Thread.objects.for_staff(request.staff)
    messages = Message.objects.for_practice(request.practice).filter(thread__in=threads)
    message = get_object_or_404(messages.select_related("thread__contact", "staff__user"), pk=pk)
    audit.record(request.actor, "view", message, contact_id=message.thread.contact_id)
    template = "conversations/why_panel.html" if wants_fragment(request) else "conversations/why.html"
    return render(request, template, {"message": message, "why": explain_message(message)})


def panel(request: PracticeRequest, contact: Contact) -> SafeString:
    """The conversation as the middle of the record page, whose own audit row says that it was seen."""
    opened = open_of(contact)
    opened.mark_read(request.actor)
    return render_to_string("conversations/thread.html", open_context(request, opened), request)
