"""Two people, or two tabs, with the same form open: the second to save is told what the first one changed."""

import json
import zlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list

LONGEST = 20_000


class StaleCheck(forms.BaseForm):
    """Mix into a form whose `initial` is what is stored now, and put `<input name="seen" value="{{ form.marks }}">`
    into its template. Saving again after the warning is meant."""

    @property
    def marks(self) -> str:
        """How each field reads now, so that a change can be told; not what it says."""
        now = {name: _mark(self.get_initial_for_field(field, name)) for name, field in self.fields.items()}
        return json.dumps(now, separators=(",", ":"))

    def require_fresh(self) -> None:
        """Raises ValidationError naming what was changed since this page was opened. A page without marks passes."""
        try:
            seen = dict(json.loads(self.data.get(self.add_prefix("seen"), "{}")[:LONGEST]))
        except (ValueError, TypeError, RecursionError):
            return
        now = json.loads(self.marks)
        labels = [str(self.fields[name].label or name) for name in now if name in seen and seen[name] != now[name]]
        if labels:
            raise ValidationError(
                f"Somebody else changed {get_text_list(labels, 'and')} since you opened this page. "
                "Nothing of yours is lost: saving again replaces their change with what stands below.",
                code="stale",
            )


def add_stale(form: StaleCheck) -> None:
    """For forms that are read without being saved as well, such as for a preview: check at saving only."""
    if form.is_valid():
        try:
            form.require_fresh()
        except ValidationError as stale:
            form.add_error(None, stale)


def _mark(value: Any) -> int:
    text = "" if value is None or value == "" else str(value)
    return zlib.crc32(text.encode())
