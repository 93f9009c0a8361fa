from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from aesthetix.events.models import MailChoice


def add_errors(form: forms.BaseForm, refused: ValidationError) -> None:
    """Puts what a service refused at the form's fields; what has no field there at its top."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        is_field = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if is_field else None, ValidationError(errors))


class MailForm(forms.Form):
    choice = forms.ChoiceField(
        label="By mail",
        choices=MailChoice.Choice.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose one of them."},
    )


class AccountForm(forms.Form):
    single_key_shortcuts = forms.BooleanField(
        required=False,
        label="Single-key shortcuts",
        help_text="/ searches, j and k move through lists, r replies. They never work while you type in a field.",
    )
