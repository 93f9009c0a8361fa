from django import forms


class AccountForm(forms.Form):
    single_key_shortcuts = forms.BooleanField(
        required=False,
        label="Single-key shortcuts",
        help_text="/ searches, j and k move through lists, r replies. They never work while you type in a field.",
    )
