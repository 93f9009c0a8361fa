"""Settings → Test call: who calls which line when, and how the phones that would ring behave."""

import datetime as dt
import re
from typing import Any

from django import forms

from aesthetix.lib import clock
from aesthetix.lib.forms import PhoneNumberField
from aesthetix.practices.models import Staff
from contacts.models import Contact, ContactPhone
from telephony.forms.lines import check_near
from telephony.models import Line
from telephony.profile import PhoneProfile
from telephony.rehearsal.words import Behaviour, CallerManner, Manner
from telephony.route import Destination

LIVE, COPY = "live", "copy"
NEW, CONTACT, NUMBER, WITHHELD = "new", "contact", "number", "withheld"
AREA_CODES = ("602", "480", "623", "520", "928")
MOST_FOUND = 8

CALLER_DOES = {
    "voicemail": "Leaves a voicemail",
    "beep": "Hangs up at the tone",
    "greeting": "Hangs up during the greeting",
    "ringing": "Gives up while it rings",
    "silent": "Stays silent",
}
PHONE_DOES = {
    Manner.NO_ANSWER: "Does not answer",
    Manner.ANSWERS: "Answers",
    Manner.DECLINES: "Declines",
    Manner.BUSY: "Is busy",
    Manner.UNREACHABLE: "Cannot be reached",
}
NUMBER_DOES = {
    Manner.CARRIER_VOICEMAIL: "Its carrier’s voicemail answers",
    Manner.PHONE_TREE: "A phone tree answers at once",
}


def seconds_field(label: str, initial: int, most: int = 120) -> forms.IntegerField:
    field = forms.IntegerField(label=label, initial=initial, min_value=0, max_value=most, required=False)
    field.widget.attrs |= {"inputmode": "numeric"}
    return field


class LabCallForm(forms.Form):
    line = forms.ModelChoiceField(Line.objects.none(), label="Line that is called", empty_label=None)
    who = forms.ChoiceField(
        label="Who calls",
        initial=NEW,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        choices=[
            (NEW, "A new caller"),
            (CONTACT, "A contact"),
            (NUMBER, "Another number"),
            (WITHHELD, "Somebody who withholds their number"),
        ],
    )
    new_number = PhoneNumberField(widget=forms.HiddenInput, required=False)
    phone = forms.ModelChoiceField(ContactPhone.objects.none(), required=False, label="Contact’s number")
    number = PhoneNumberField(required=False, label="Number")
    mode = forms.ChoiceField(
        label="How",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        choices=[(LIVE, "Now, for real"), (COPY, "On a copy, at any time")],
    )
    at = forms.DateTimeField(
        required=False,
        label="Date and time",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[check_near],
    )
    caller_does = forms.ChoiceField(
        required=False, label="What the caller does", initial="voicemail", choices=list(CALLER_DOES.items())
    )
    caller_seconds = seconds_field("Seconds", 8)

    def __init__(self, *args: Any, staff: Staff, is_live: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.is_live = staff, is_live
        lines: Any = self.fields["line"]
        lines.queryset = Line.objects.for_practice(staff.practice_id)
        phones: Any = self.fields["phone"]
        phones.queryset = phones_of(staff)
        if not is_live:
            mode: Any = self.fields["mode"]
            mode.choices = [choice for choice in mode.choices if choice[0] != LIVE]
        self.fields["mode"].initial = LIVE if is_live else COPY
        self.fields["at"].initial = clock.now().astimezone(staff.practice.tz).replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        field = {NEW: "new_number", CONTACT: "phone", NUMBER: "number"}.get(values.get("who", ""))
        if field and not values.get(field) and field not in self.errors:
            said = "Search for a contact and choose one." if field == "phone" else "Enter the number that calls."
            self.add_error(field, said)
        if values.get("mode") == COPY and not values.get("at") and "at" not in self.errors:
            self.add_error("at", "Choose when the call comes in.")
        return values

    @property
    def is_copy(self) -> bool:
        return bool(self.cleaned_data["mode"] == COPY)

    def caller(self) -> str:
        """The number that calls in E.164, or empty when it is withheld. What is not chosen yet is a new caller."""
        values = getattr(self, "cleaned_data", {})
        if values.get("who") == WITHHELD:
            return ""
        phone = values.get("phone") if values.get("who") == CONTACT else None
        number = phone.number if phone else values.get("number") if values.get("who") == NUMBER else ""
        return str(number or values.get("new_number") or self.initial.get("new_number", ""))

    def moment(self) -> dt.datetime:
        """When the call comes in: local to the practice, aware."""
        values = getattr(self, "cleaned_data", {})
        at = values.get("at")
        if values.get("mode") != COPY or at is None:
            return clock.now()
        local: dt.datetime = at.replace(tzinfo=self.staff.practice.tz)
        return local

    def caller_manner(self) -> CallerManner:
        does = self.cleaned_data.get("caller_does")
        after = self.cleaned_data.get("caller_seconds") or 0
        match does:
            case "ringing":
                return CallerManner(gives_up_after=after)
            case "greeting":
                return CallerManner(hangs_up_in_greeting=True)
            case "silent":
                return CallerManner(speaks=0)
            case "beep":
                return CallerManner()
        return CallerManner(speaks=after or 8)


class PhoneForm(forms.Form):
    """How one phone behaves. A screened one asks for a key (Call Connect)."""

    does = forms.ChoiceField(label="What it does")
    after = seconds_field("after", 4)
    talks = seconds_field("talks", 20, most=600)
    key = forms.ChoiceField(
        label="When Call Connect asks",
        required=False,
        choices=[("1", "Presses 1"), ("", "Presses nothing")],
        initial="1",
    )

    def __init__(self, data: Any = None, *, phone: Destination) -> None:
        super().__init__(data, prefix="phone_" + re.sub(r"\W", "", phone.address))
        self.phone = phone
        does: Any = self.fields["does"]
        does.choices = list((PHONE_DOES | (NUMBER_DOES if phone.kind == "number" else {})).items())
        if not phone.screened:
            del self.fields["key"]

    def behaviour(self) -> Behaviour:
        if not self.is_valid():
            return Behaviour(Manner.NO_ANSWER)
        values = self.cleaned_data
        manner = Manner(values["does"])
        return Behaviour(
            manner,
            after=values.get("after") or 0,
            presses=values.get("key", "") if manner is Manner.ANSWERS else "",
            talks=values.get("talks") or 0,
        )


class ReplyForm(forms.Form):
    body = forms.CharField(label="Reply as the patient", max_length=1600, widget=forms.Textarea(attrs={"rows": 2}))


class VoicemailForm(forms.Form):
    seconds = forms.IntegerField(label="Seconds", initial=8, min_value=1, max_value=120)


class KeyForm(forms.Form):
    key = forms.RegexField(r"^[0-9*#]$", label="Key", error_messages={"invalid": "One of 0 to 9, * and #."})


def phones_of(staff: Staff) -> Any:
    """The numbers of the contacts that this person may see."""
    contacts = Contact.objects.for_staff(staff)
    return ContactPhone.objects.for_practice(staff.practice_id).filter(contact__in=contacts).select_related("contact")


def found_phones(staff: Staff, words: str) -> list[ContactPhone]:
    """Numbers of contacts that match, or of those last changed."""
    contacts = Contact.objects.for_staff(staff).matching(words).recent().prefetch_related("phones")[:MOST_FOUND]
    return [phone for contact in contacts for phone in contact.phones.all()][:MOST_FOUND]


def unused_number(profile: PhoneProfile, staff: Staff) -> str:
    """A fictitious 555-01xx number that no contact, line or colleague has; empty when there is none left."""
    numbers = [f"+1{area}55501{last:02d}" for area in AREA_CODES for last in range(99, -1, -1)]
    known = ContactPhone.objects.for_practice(staff.practice_id).filter(number__in=numbers)
    taken = set(known.values_list("number", flat=True))
    return next((number for number in numbers if number not in taken and not profile.is_own(number)), "")
