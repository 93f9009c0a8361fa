from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from telephony.models import CarrierAccount

SID = RegexValidator(
    r"^AC[0-9a-fA-F]{32}$", "An account SID is AC and 32 letters and digits. Copy it from the console."
)
TOKEN = RegexValidator(r"^[0-9a-fA-F]{32}$", "An auth token is 32 letters and digits. Copy the primary one.")


class CredentialsForm(forms.Form):
    """The account SID and its primary auth token. What is stored of the token is never shown."""

    account_sid = forms.CharField(label="Account SID", max_length=34, validators=[SID])
    auth_token = forms.CharField(
        label="Auth token",
        required=False,
        max_length=32,
        validators=[TOKEN],
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: QueryDict | None = None, *, account: CarrierAccount | None) -> None:
        super().__init__(data, initial={"account_sid": account.account_sid if account else ""})
        self.fields["auth_token"].help_text = (
            "A token is stored, encrypted. It is never shown again. Leave this empty to keep it."
            if account
            else "Stored encrypted and never shown again."
        )
