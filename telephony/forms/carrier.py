from django import forms
from django.http import QueryDict

from telephony.models import CarrierAccount
from telephony.services.carrier import SID, TOKEN


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
