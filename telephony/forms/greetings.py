"""The greeting part that three settings forms share: a file to upload, and a tick to remove the old one."""

from typing import Any

from django import forms

from telephony.models.settings import TIMEOUT_VALIDATORS

ACCEPT = ".mp3,.wav,audio/mpeg,audio/wav"


class GreetingFields(forms.Form):
    greeting = forms.FileField(
        required=False,
        label="Voicemail greeting",
        help_text="MP3 or WAV, up to 3 minutes and 10 MB.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    remove_greeting = forms.BooleanField(required=False, label="Remove this greeting")

    def greeting_change(self) -> dict[str, Any]:
        """As the services take it. A new file wins over the tick."""
        upload = self.cleaned_data["greeting"]
        return {"greeting": upload, "remove_greeting": self.cleaned_data["remove_greeting"] and not upload}


def timeout_field(**kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"min": 5, "max": 60, "inputmode": "numeric", "class": "ax-num"})
    return forms.IntegerField(label="Incoming Call Timeout", widget=widget, validators=TIMEOUT_VALIDATORS, **kwargs)
