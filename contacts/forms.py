"""The contact's record as one form, and each part of it as one: facts, numbers, consent."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from aesthetix.lib import clock
from aesthetix.lib.phone import clean_e164, display
from aesthetix.lib.stale import StaleCheck
from aesthetix.practices.models import Staff
from contacts.custom_fields import ask_for
from contacts.models import Consent, Contact, CustomField
from contacts.services.custom_fields import fields_of
from contacts.services.numbers import Number, numbers_of
from contacts.services.records import FACTS, Facts, consents_of, facts_of

LABELS = [("mobile", "Mobile"), ("home", "Home"), ("work", "Work"), ("other", "Other")]
ANSWERS = [("", "Not asked"), ("yes", "Yes"), ("no", "No")]
MOST_NUMBERS = 6


class NumberForm(forms.Form):
    number = forms.CharField(
        required=False,
        max_length=40,
        label="Phone number",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )
    label = forms.ChoiceField(choices=LABELS, required=False, label="Kind")

    def clean_number(self) -> str:
        raw = self.cleaned_data["number"].strip()
        return clean_e164(raw) if raw else ""


if TYPE_CHECKING:
    NumberFormSet = forms.BaseFormSet[NumberForm]
else:
    NumberFormSet = forms.BaseFormSet


class BaseNumbers(NumberFormSet):
    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            number = form.cleaned_data.get("number")
            if number and number in seen:
                form.add_error("number", f"{display(number)} is on this record twice.")
            seen.add(number or "")

    def numbers(self) -> list[Number]:
        return [
            Number(form.cleaned_data["number"], form.cleaned_data["label"] or "mobile")
            for form in self.forms
            if form.cleaned_data.get("number")
        ]


NumbersFormSet = forms.formset_factory(
    NumberForm, formset=BaseNumbers, extra=1, max_num=MOST_NUMBERS, validate_max=True
)


class ContactForm(StaleCheck, forms.Form):
    first_name = forms.CharField(max_length=80, required=False, label="First name")
    last_name = forms.CharField(max_length=80, required=False, label="Last name")
    email = forms.EmailField(required=False, label="Email")
    birthday = forms.DateField(
        required=False, label="Birthday", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    assigned_to: Any = forms.ModelChoiceField(
        Staff.unscoped.none(), required=False, label="Assigned to", empty_label="No one"
    )
    lead_source = forms.CharField(max_length=80, required=False, label="Lead source")
    alert = forms.CharField(
        max_length=160,
        required=False,
        label="Alert",
        help_text="Shown first on the record, such as Allergy: lidocaine.",
    )
    text = forms.ChoiceField(choices=ANSWERS, required=False, label="Texts")
    mail = forms.ChoiceField(choices=ANSWERS, required=False, label="Email")
    call = forms.ChoiceField(choices=ANSWERS, required=False, label="Calls")
    # Never filled in: its mark tells whether somebody changed the numbers meanwhile.
    numbers_held = forms.CharField(required=False, label="the numbers", widget=forms.HiddenInput)

    CHANNELS = {"text": Consent.Channel.TEXT, "mail": Consent.Channel.EMAIL, "call": Consent.Channel.CALL}

    def __init__(
        self, data: Any = None, files: Any = None, *, staff: Staff, contact: Contact | None = None, start_with: str = ""
    ) -> None:
        super().__init__(data, files, initial=_initial(contact))
        self.staff = staff
        self.numbers: Any = NumbersFormSet(
            self.data if self.is_bound else None, initial=_numbers(contact, start_with), prefix="numbers"
        )
        if staff.sees_all:
            colleagues = Staff.objects.for_practice(staff.practice_id).filter(left_at=None).select_related("user")
            self.fields["assigned_to"].queryset = colleagues.order_by("user__name")  # type: ignore[attr-defined]
        else:
            del self.fields["assigned_to"]
        needed = fields_of(staff.practice).filter(required=True) if contact is None else []
        self.custom = {f"cf-{field.key}": field for field in needed}
        self.fields |= {name: ask_for(field) for name, field in self.custom.items()}

    def clean_birthday(self) -> dt.date | None:
        birthday: dt.date | None = self.cleaned_data["birthday"]
        if birthday and not dt.date(1900, 1, 1) <= birthday <= clock.now().date():
            raise ValidationError("A birthday lies between 1900 and today.", code="birthday")
        return birthday

    def clean(self) -> dict[str, Any]:
        if self.numbers.is_valid() and not self.errors:
            _require_something(self.facts())
        self.require_fresh()
        return self.cleaned_data

    def is_valid(self) -> bool:
        return super().is_valid() and self.numbers.is_valid()

    def wrong_numbers(self) -> list[forms.BoundField]:
        """The number fields that stop the form, for its summary."""
        return [one["number"] for one in self.numbers if one.is_bound and one["number"].errors]

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """Those of the practice's own that a new contact must have."""
        return [self[name] for name in self.custom]

    def answers(self) -> list[tuple[CustomField, Any]]:
        return [(field, self.cleaned_data[name]) for name, field in self.custom.items()]

    def facts(self) -> Facts:
        return Facts(**self.given())

    def given(self) -> dict[str, Any]:
        """What of `Facts` the form asked for, as it was answered."""
        given = {name: self.cleaned_data.get(name) for name in FACTS if name in self.fields}
        if "numbers_held" in self.fields:
            given["numbers"] = self.numbers.numbers()
        answers = {channel: self.cleaned_data.get(name) for name, channel in self.CHANNELS.items()}
        return given | {"consents": {str(channel): answer == "yes" for channel, answer in answers.items() if answer}}


@dataclass(frozen=True)
class Part:
    """Facts that stand together on the record and are changed there, where they stand."""

    slug: str
    label: str
    fields: tuple[str, ...]

    @property
    def shows(self) -> str:
        return f"contacts/facts/{self.slug}.html"


PARTS = (
    Part("numbers", "Phone numbers", ("numbers_held",)),
    Part("email", "Email", ("email",)),
    Part("birthday", "Birthday", ("birthday",)),
    Part("assigned", "Assigned to", ("assigned_to",)),
    Part("consent", "Consent", ("text", "mail", "call")),
    Part("source", "Lead source", ("lead_source",)),
)


def parts_for(staff: Staff) -> list[Part]:
    """Those that this person may change: whose patient it is, only staff who see all."""
    return [part for part in PARTS if staff.sees_all or part.slug != "assigned"]


class PartForm(ContactForm):
    """One part of a record that there is."""

    def __init__(self, data: Any = None, *, staff: Staff, contact: Contact, part: Part) -> None:
        super().__init__(data, staff=staff, contact=contact)
        self.contact, self.auto_id = contact, f"fact-{part.slug}_%s"
        self.fields = {name: self.fields[name] for name in part.fields}

    @property
    def has_numbers(self) -> bool:
        return "numbers_held" in self.fields

    def clean(self) -> dict[str, Any]:
        if self._numbers_are_valid() and not self.errors:
            _require_something(replace(facts_of(self.contact), **self.given()))
        self.require_fresh()
        return self.cleaned_data

    def is_valid(self) -> bool:
        return forms.Form.is_valid(self) and self._numbers_are_valid()

    def _numbers_are_valid(self) -> bool:
        return not self.has_numbers or self.numbers.is_valid()


def _require_something(facts: Facts) -> None:
    if not any([facts.first_name, facts.last_name, facts.email, facts.numbers]):
        raise ValidationError("Enter a name, a number or an email address.", code="empty")


def _initial(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {}
    consents = consents_of(contact)
    answers = {
        name: {True: "yes", False: "no"}.get(consents[channel]) if channel in consents else ""
        for name, channel in ContactForm.CHANNELS.items()
    }
    numbers = [str(one) for one in numbers_of(contact)]
    return {name: getattr(contact, name) for name in FACTS} | answers | {"numbers_held": numbers}


def _numbers(contact: Contact | None, start_with: str) -> list[dict[str, str]]:
    held = numbers_of(contact) if contact else [Number(start_with)] * bool(start_with)
    return [{"number": display(one.number), "label": one.label} for one in held]
