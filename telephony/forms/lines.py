"""Settings → Phone Numbers → Edit Configuration, the caller of its preview, and number pools."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from aesthetix.lib import clock
from aesthetix.lib.forms import PhoneNumberField
from aesthetix.lib.stale import StaleCheck
from aesthetix.practices.models import Staff
from contacts.models import Contact
from telephony.forms.greetings import GreetingFields, timeout_field
from telephony.models import Line, NumberPool
from telephony.models.settings import DEFAULT_WHISPER
from telephony.profile import Caller, PhoneProfile

APP_FIELDS = ("assigned_to", "ring_members", "forwarding_number")
NEW, WITHHELD = "new", "withheld"


class NewLineForm(forms.Form):
    number = PhoneNumberField(label="Phone number")
    name = forms.CharField(label="Name", max_length=80, help_text="What staff call it: Main line, Botox line.")


class LineForm(StaleCheck, GreetingFields, forms.ModelForm):  # type: ignore[type-arg]
    """A line in a number pool has no say in who rings: those fields are left out, and keep their values."""

    ring_members = forms.ModelMultipleChoiceField(
        queryset=Staff.objects.none(),
        required=False,
        label="Ring Incoming Calls to Selected Users",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    forwarding_number = PhoneNumberField(required=False, label="Forwarding Number")
    incoming_timeout = timeout_field(required=False)
    whisper_message = forms.CharField(required=False, max_length=300, label="Whisper Message")
    disclosure = forms.CharField(required=False, max_length=300, label="Disclosure")

    class Meta:
        model = Line
        fields = (
            "name",
            "assigned_to",
            "forwarding_number",
            "incoming_timeout",
            "call_connect",
            "whisper_message",
            "record_calls",
            "play_disclosure",
            "disclosure",
            "is_default_outbound",
            "lead_source",
        )
        labels = {"assigned_to": "Assigned user"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Staff.objects.for_practice(self.instance.practice_id).filter(left_at=None, user__is_active=True)
        people = here.select_related("user", "call_settings__greeting").order_by("user__name")
        if self.instance.pool_id:
            for name in APP_FIELDS:
                del self.fields[name]
            return
        choose_owner(self.fields["assigned_to"], people)
        members: Any = self.fields["ring_members"]
        members.queryset, members.initial = people, list(self.instance.ring_members.filter(left_at=None))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        self.members = list(values.get("ring_members") or [])
        if not values.get("whisper_message"):
            if values.get("call_connect"):
                self.add_error("whisper_message", "Write what the person who answers a forwarded call hears.")
            values["whisper_message"] = DEFAULT_WHISPER
        if values.get("play_disclosure") and not values.get("disclosure"):
            self.add_error("disclosure", "Write what callers hear before the recording begins.")
        return values

    def chosen_members(self) -> list[Staff]:
        """The people to ring, in the order of the list, refused too; who is stored where the form has no say."""
        if "ring_members" in self.fields:
            return self.members
        return list(self.instance.ring_members.order_by("ringmember__position"))


def choose_owner(field: Any, people: Any) -> None:
    field.queryset, field.empty_label, field.required = people, "No one", False


YEARS = 5


def check_near(at: dt.datetime) -> None:
    """A moment that a calendar can be asked about."""
    if abs(at.year - clock.now().year) > YEARS:
        raise ValidationError(f"Choose a time within {YEARS} years of today.", code="far")


class CallerForm(forms.Form):
    """Who calls in the preview, and when."""

    caller = forms.ChoiceField(label="Caller")
    at = forms.DateTimeField(
        required=False,
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[check_near],
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        contacts = Contact.objects.for_staff(staff).exclude(first_name="", last_name="")
        recent = contacts.select_related("assigned_to__user").prefetch_related("phones").order_by("-updated_at", "-id")
        self.contacts: dict[str, Contact] = {str(contact.pk): contact for contact in recent[:20]}
        named = [(key, _with_owner(contact)) for key, contact in self.contacts.items()]
        for field in self.fields.values():
            field.widget.attrs["form"] = "cfg"
        self.fields["at"].initial = clock.now().astimezone(staff.practice.tz).replace(tzinfo=None)
        choice: Any = self.fields["caller"]
        choice.choices = [(NEW, "Somebody new"), *named, (WITHHELD, "Somebody who withholds their number")]

    def chosen(self) -> tuple[Caller, Contact | None, dt.datetime]:
        """What cannot be read is a new caller, now: a preview has no errors of its own."""
        self.full_clean()
        values = getattr(self, "cleaned_data", {})
        contact = self.contacts.get(values.get("caller", ""))
        at = values.get("at")
        moment = at.replace(tzinfo=self.staff.practice.tz) if at else clock.now()
        if values.get("caller") == WITHHELD:
            return Caller(None), None, moment
        phone = next(iter(contact.phones.all()), None) if contact else None
        owner = contact.assigned_to_id if contact else None
        return Caller(phone.number if phone else "", known=contact is not None, owner=owner), contact, moment


class LineCallerForm(CallerForm):
    """The same for a page that is about all lines: which of them is called."""

    line = forms.ChoiceField(label="Line")
    field_order = ("line", "caller", "at")

    def __init__(self, *args: Any, profile: PhoneProfile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["line"]
        choice.choices = [(str(line.id), line.name) for line in profile.lines.values()]
        choice.widget.attrs["form"] = "cfg"

    def chosen_line(self) -> int:
        """Call it after `chosen`; what cannot be read is the first line."""
        first: str = self.fields["line"].choices[0][0]  # type: ignore[attr-defined]
        return int(getattr(self, "cleaned_data", {}).get("line") or first)


def _with_owner(contact: Contact) -> str:
    return (
        f"{contact.name}, assigned to {contact.assigned_to}" if contact.assigned_to else f"{contact.name}, not assigned"
    )


class PoolForm(forms.ModelForm):  # type: ignore[type-arg]
    forwarding_number = PhoneNumberField(
        required=False,
        label="Forwarding Number",
        help_text="Required: a number pool cannot ring the web, desktop or mobile app.",
    )
    lines = forms.ModelMultipleChoiceField(
        queryset=Line.objects.none(),
        required=False,
        label="Lines in this pool",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    class Meta:
        model = NumberPool
        fields = ("name", "forwarding_number", "lead_source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: Any = self.fields["lines"]
        lines.queryset = Line.objects.for_practice(self.instance.practice_id).select_related("pool")
        lines.initial = list(lines.queryset.filter(pool=self.instance)) if self.instance.pk else []

    def clean_forwarding_number(self) -> str:
        number: str = self.cleaned_data["forwarding_number"]
        if not number:
            raise ValidationError("A number pool cannot ring the apps: it needs a forwarding number.", code="required")
        return number
