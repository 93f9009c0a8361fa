"""My Staff → Edit → Call & Voicemail Settings."""

from django import forms

from aesthetix.lib.forms import PhoneNumberField
from aesthetix.lib.stale import StaleCheck
from telephony.forms.greetings import GreetingFields, timeout_field
from telephony.models import StaffCallSettings


class StaffCallForm(StaleCheck, GreetingFields, forms.ModelForm):  # type: ignore[type-arg]
    personal_number = PhoneNumberField(
        required=False,
        label="Personal phone number",
        help_text="Rings together with the app. Leave empty to ring the app only.",
    )
    incoming_timeout = timeout_field(required=False, help_text="Empty: the practice’s timeout.")

    class Meta:
        model = StaffCallSettings
        fields = ("web_app", "mobile_app", "personal_number", "incoming_timeout", "ring_all_channel")

    prefix = "calls"
