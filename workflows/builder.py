"""The builder's view of a draft: each step as a row with its sentence, its errors and its inner lists."""

from dataclasses import dataclass, field
from typing import Any

from workflows import walk
from workflows.filters import sentence
from workflows.forms import FORMS, SettingsForm, StepForm
from workflows.models import Workflow
from workflows.steps import KINDS, Known, StepKind
from workflows.triggers import BY_HAND, TRIGGERS, trigger_of
from workflows.validation import Errors, check
from workflows.words import length


@dataclass
class Row:
    id: str
    path: str
    sentence: str
    icon: str
    label: str
    errors: list[str]
    first: bool
    last: bool
    form: StepForm | None
    has_form: bool
    branches: list["Branch"] = field(default_factory=list)


@dataclass
class Branch:
    """A list of steps: the workflow's own, or one side of an if/else."""

    rows: list[Row]
    parent: str = ""
    name: str = ""
    label: str = ""


class Page:
    """Everything the builder shows of one workflow. `editing`: the step whose form is open; `form`: that
    form, when it came back with errors."""

    def __init__(self, workflow: Workflow, known: Known, *, editing: str = "", form: StepForm | None = None) -> None:
        self.workflow, self.known, self.editing, self.form = workflow, known, editing, form
        self.definition: dict[str, Any] = workflow.definition
        self.errors: Errors = check(self.definition, known)
        readable = "steps" not in self.errors
        self.steps = self._branch(self.definition["steps"] if readable else [], "steps")

    @property
    def trigger(self) -> str:
        return trigger_sentence(self.definition, self.known)

    @property
    def by_hand(self) -> bool:
        return trigger_of(self.definition) == BY_HAND

    @property
    def general_errors(self) -> list[str]:
        """What is wrong outside the single steps."""
        return [message for path, message in self.errors.items() if not path.startswith("steps.")]

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from what runs."""
        published = self.workflow.published
        return published is not None and published.definition != self.definition

    def settings_form(self) -> SettingsForm:
        initial = SettingsForm.initial_from(self.workflow)
        return SettingsForm(initial=initial, known=self.known, by_hand=self.by_hand)

    def _branch(self, steps: list[walk.Step], path: str, **of: str) -> Branch:
        rows = [self._row(step, f"{path}.{n}", n == 0, n == len(steps) - 1) for n, step in enumerate(steps)]
        return Branch(rows, **of)

    def _row(self, step: walk.Step, path: str, first: bool, last: bool) -> Row:
        kind = KINDS.get(step["kind"]) or Stranger()
        nested = path.count(".") > 1
        return Row(
            id=step["id"],
            path=path,
            sentence=kind.sentence(step, self.known),
            icon=kind.icon,
            label=kind.label,
            errors=[message for where, message in self.errors.items() if _at(where, path)],
            first=first and not nested,
            last=last and not nested,
            form=self._form(step) if step["id"] == self.editing else None,
            has_form=step["kind"] in FORMS,
            branches=[
                self._branch(inner, f"{path}.{name}", parent=step["id"], name=name, label=label)
                for (name, inner), label in zip(walk.branches(step), ("Then", "Else"), strict=False)
            ],
        )

    def _form(self, step: walk.Step) -> StepForm | None:
        return self.form or step_form(step, self.known)


class Stranger(StepKind):
    """A kind that this version of the program does not know; it can only be deleted."""

    kind, label, icon = "", "Unknown step", "circle-question-mark"

    def sentence(self, step: walk.Step, known: Known) -> str:
        return "A step of an unknown kind"


def step_form(step: walk.Step, known: Known, data: Any = None) -> StepForm | None:
    """The form of a step's kind; None for a kind without settings."""
    form = FORMS.get(step["kind"])
    return form(data, initial=form.initial_from(step), known=known) if form else None


def trigger_sentence(definition: dict[str, Any], known: Known) -> str:
    """`When a call is missed on Main line, outside business hours; once per caller in 20 minutes`."""
    trigger, by_hand = definition.get("trigger") or {}, trigger_of(definition) == BY_HAND
    event = TRIGGERS.get(trigger.get("type", ""), "something happens")
    words = f"When {event[:1].lower()}{event[1:]}"
    narrowed = sentence(trigger.get("filters") or {}, known.lines)
    if by_hand:
        narrowed = narrowed.replace("from a contact tagged", "who is tagged")
    minutes = definition.get("cool_off_minutes")
    whom = "contact" if by_hand else "caller"
    once = f"; once per {whom} in {length(minutes)}" if isinstance(minutes, int) and minutes else ""
    return f"{words}{' ' + narrowed if narrowed else ''}{once}"


def _at(where: str, path: str) -> bool:
    """Whether an error's path is the step's own, not that of a step inside it."""
    rest = where.removeprefix(path)
    if where == path:
        return True
    return rest != where and rest.startswith(".") and not any(f".{name}." in rest for name in walk.BRANCHES)
