"""Form fields of the house."""

from typing import Any

from django import forms

from aesthetix.lib import phone


class PhoneNumberField(forms.CharField):
    """A telephone number: written as people do, cleaned to E.164, shown as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
        super().__init__(**{"max_length": 40, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        return phone.clean_e164(text) if text else ""

    def prepare_value(self, value: Any) -> Any:
        return phone.display(value) if isinstance(value, str) and value.startswith("+") else value
