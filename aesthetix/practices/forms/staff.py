"""Settings → My Staff."""

from typing import Any

from django import forms

from aesthetix.practices.models import DataAccess, Role, Staff

ROLE_HELP = "Admins change settings and staff. Staff take calls and work with patients."
ACCESS_HELP = "Only assigned data: they see and call only the contacts that are assigned to them."

EXPORT_HELP = "Takes many records out at once, as a file. Admins always may."


class AccessForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.STAFF, help_text=ROLE_HELP)
    data_access = forms.ChoiceField(
        label="Data access", choices=DataAccess.choices, initial=DataAccess.ASSIGNED, help_text=ACCESS_HELP
    )
    may_export = forms.BooleanField(label="May export contacts", required=False, help_text=EXPORT_HELP)


class NewStaffForm(AccessForm):
    email = forms.EmailField(label="Email", help_text="They get a mail with a link to set a password.")
    name = forms.CharField(label="Name", max_length=120)
    field_order = ("email", "name", "role", "data_access", "may_export")


class PersonForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email", help_text="They sign in with it.")


class LeaveForm(forms.Form):
    heir = forms.ModelChoiceField(
        queryset=Staff.objects.none(), required=False, label="Hand contacts and lines to", empty_label="No one"
    )

    def __init__(self, *args: Any, member: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heir: Any = self.fields["heir"]
        current = Staff.objects.for_practice(member.practice_id).filter(left_at=None, user__is_active=True)
        heir.queryset = current.exclude(pk=member.pk).select_related("user").order_by("user__name")
