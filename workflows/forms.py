"""Forms of the builder. A draft may lack settings, so fields are optional; what is missing stands at the step."""

from typing import Any

from django import forms

from aesthetix.lib import merge
from workflows.models import Workflow
from workflows.steps import Known
from workflows.steps.branch import HAS_TAG, IN_HOURS
from workflows.steps.tags import LONGEST as LONGEST_TAG
from workflows.steps.text import CALLED, DEFAULT
from workflows.steps.wait import LONGEST as LONGEST_WAIT
from workflows.triggers import CALL_MISSED, TRIGGERS
from workflows.validation import LONGEST_COOL_OFF
from workflows.walk import Step

UNITS = {"1": "minutes", "60": "hours", "1440": "days"}


class NameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)


class NewForm(NameForm):
    trigger = forms.ChoiceField(
        label="It starts when", choices=list(TRIGGERS.items()), initial=CALL_MISSED, required=False
    )

    def clean_trigger(self) -> str:
        return self.cleaned_data["trigger"] or CALL_MISSED


class SettingsForm(NameForm):
    """When the workflow starts. `known` gives the lines and tags to choose from; `by_hand`: no call is in it."""

    lines = forms.TypedMultipleChoiceField(
        label="Only calls to these lines", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.ChoiceField(
        label="Only at these times",
        choices=[("any", "At any time"), ("in", "During business hours"), ("out", "Outside business hours")],
    )
    tags_any = forms.MultipleChoiceField(
        label="Only contacts with one of these tags", required=False, widget=forms.CheckboxSelectMultiple
    )
    tags_none = forms.MultipleChoiceField(
        label="Not contacts with one of these tags", required=False, widget=forms.CheckboxSelectMultiple
    )
    cool_off_minutes = forms.IntegerField(
        label="Minutes before the same caller can start it again",
        min_value=0,
        max_value=LONGEST_COOL_OFF,
        help_text="However often they call, it runs once in this time. 0: it runs for every missed call.",
    )

    def __init__(self, *args: Any, known: Known, by_hand: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = [(tag, tag) for tag in sorted(known.tags)]
        self._choose("lines", list(known.lines.items()))
        self._choose("tags_any", tags)
        self._choose("tags_none", tags)
        if by_hand:
            del self.fields["lines"], self.fields["hours"]
            cool_off = self.fields["cool_off_minutes"]
            cool_off.label = "Minutes before the same contact can be added again"
            cool_off.help_text = "However often somebody adds them, it runs once in this time."

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @classmethod
    def initial_from(cls, workflow: Workflow) -> dict[str, Any]:
        definition = workflow.definition
        filters = (definition.get("trigger") or {}).get("filters") or {}
        return {
            "name": workflow.name,
            "cool_off_minutes": definition.get("cool_off_minutes", 0),
            "hours": "any",
        } | filters

    def settings(self) -> dict[str, Any]:
        """The arguments of `save_settings`."""
        data = self.cleaned_data
        filters = {name: data[name] for name in ("lines", "hours", "tags_any", "tags_none") if name in data}
        return {"name": data["name"], "filters": filters, "cool_off_minutes": data["cool_off_minutes"]}


class StepForm(forms.Form):
    """Settings of one kind of step: from the step to the fields, and back."""

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @classmethod
    def initial_from(cls, step: Step) -> dict[str, Any]:
        return {name: step.get(name) for name in cls.base_fields}

    def settings(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class TextForm(StepForm):
    body = forms.CharField(
        label="Text",
        required=False,
        max_length=merge.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sender = forms.ChoiceField(label="From")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [*merge.FIELDS, *(f"{merge.CUSTOM}{key}" for key in self.known.fields)]
        self.fields["body"].help_text = (
            f"Merge fields: {', '.join('{{ ' + name + ' }}' for name in names)}. "
            'With words in case there is no value: {{ contact.first_name | default: "there" }}.'
        )
        choices = [(CALLED, "The line that was called"), (DEFAULT, "The default line")]
        lines = [(str(pk), name) for pk, name in self.known.lines.items()]
        sender = self.fields["sender"]
        assert isinstance(sender, forms.ChoiceField)
        sender.choices = choices + lines

    @classmethod
    def initial_from(cls, step: Step) -> dict[str, Any]:
        return {"body": step.get("body"), "sender": str(step.get("from"))}

    def settings(self) -> dict[str, Any]:
        chosen = self.cleaned_data["sender"]
        return {"body": self.cleaned_data["body"], "from": int(chosen) if chosen.isdecimal() else chosen}


class WaitForm(StepForm):
    amount = forms.IntegerField(label="How long", min_value=1, max_value=LONGEST_WAIT)
    unit = forms.ChoiceField(label="Unit", choices=list(UNITS.items()))

    @classmethod
    def initial_from(cls, step: Step) -> dict[str, Any]:
        minutes = step.get("minutes")
        if not isinstance(minutes, int) or minutes < 1:
            return {"unit": "1"}
        unit = next(size for size in (1440, 60, 1) if minutes % size == 0)
        return {"amount": minutes // unit, "unit": str(unit)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("amount") and data.get("unit") and data["amount"] * int(data["unit"]) > LONGEST_WAIT:
            self.add_error("amount", "At most 90 days.")
        return data

    def settings(self) -> dict[str, Any]:
        return {"minutes": self.cleaned_data["amount"] * int(self.cleaned_data["unit"])}


class BranchForm(StepForm):
    look_at = forms.ChoiceField(
        label="If", choices=[(HAS_TAG, "the contact has the tag"), (IN_HOURS, "the practice is open")]
    )
    tag = forms.ChoiceField(label="Tag", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_tags(self, self.initial.get("tag"))

    @classmethod
    def initial_from(cls, step: Step) -> dict[str, Any]:
        condition = step.get("condition") or {}
        return {"look_at": condition.get("kind"), "tag": condition.get("tag")}

    def settings(self) -> dict[str, Any]:
        if self.cleaned_data["look_at"] == IN_HOURS:
            return {"condition": {"kind": IN_HOURS}}
        return {"condition": {"kind": HAS_TAG, "tag": self.cleaned_data["tag"]}}


class AddTagForm(StepForm):
    tag = forms.CharField(
        label="Tag", required=False, max_length=LONGEST_TAG, help_text="A tag that does not exist yet is created."
    )


class RemoveTagForm(StepForm):
    tag = forms.ChoiceField(label="Tag", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_tags(self, self.initial.get("tag"))


def offer_tags(form: StepForm, chosen: Any) -> None:
    """The practice's tags, and the chosen one though it be gone, so that the form shows what the step says."""
    names = sorted(form.known.tags | ({chosen} if isinstance(chosen, str) and chosen else set()))
    field = form.fields["tag"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "Choose a tag"), *((name, name) for name in names)]


FORMS: dict[str, type[StepForm]] = {
    "send_text": TextForm,
    "wait": WaitForm,
    "if_else": BranchForm,
    "add_tag": AddTagForm,
    "remove_tag": RemoveTagForm,
}
