"""Settings → Sign-in."""

from django import forms


class SignInForm(forms.Form):
    require_second_factor = forms.BooleanField(
        required=False,
        label="Staff must use a second factor",
        help_text="Who has none sets one up after signing in, before anything else. Programs with API keys go on.",
    )
