"""Advanced Settings → Voice Calls, and Business Profile → Call & Voicemail Settings."""

from django import forms

from aesthetix.lib.stale import StaleCheck
from telephony.forms.greetings import GreetingFields, timeout_field
from telephony.profile import Switches

SENTENCES = {
    "ring_number_user": "A number that is assigned to somebody rings that person, whoever the caller belongs to.",
    "ring_contact_user": "A caller whose contact is assigned to somebody rings that person.",
    "forward_to_line_number": "When no person matched, the call goes to the number’s own forwarding number.",
    "forward_to_business": "When nothing else matched, the call goes to the Company Phone of Business Profile.",
}


class SwitchesForm(StaleCheck, forms.Form):
    ring_number_user = forms.BooleanField(required=False, label="Ring user assigned to called number")
    ring_contact_user = forms.BooleanField(required=False, label="Ring user assigned to contact")
    forward_to_line_number = forms.BooleanField(required=False, label="Forward to phone number on number settings")
    forward_to_business = forms.BooleanField(required=False, label="Forward calls to business phone number")

    def switches(self) -> Switches:
        """As they were sent, also where the service refused one of them."""
        return Switches(**{name: bool(self[name].data) for name in SENTENCES})


class CallSettingsForm(GreetingFields):
    incoming_timeout = timeout_field(help_text="10 to 20 is best. Over 20, the carrier’s voicemail may answer first.")
    text_back_toggle = forms.BooleanField(
        required=False,
        label="Missed Call Text Back",
        help_text="Texts after every missed call with no controls: a caller who tries three times gets three texts.",
    )
