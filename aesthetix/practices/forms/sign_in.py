"""Settings → Sign-in."""

from django import forms

from aesthetix.practices.models import IDLE_CHOICES


def _minutes(text: str) -> int | None:
    return int(text) or None


class SignInForm(forms.Form):
    require_second_factor = forms.BooleanField(
        required=False,
        label="Staff must use a second factor",
        help_text="Who has none sets one up after signing in, before anything else. Programs with API keys go on.",
    )
    idle_minutes = forms.TypedChoiceField(
        label="Log off automatically after",
        choices=[*IDLE_CHOICES, (0, "Never")],
        coerce=_minutes,
        help_text="Without a key or a click. A minute before, the page asks; then nothing of it is to be seen. "
        "What somebody began to write is there again after signing in.",
    )
