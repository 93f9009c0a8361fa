"""The kinds of steps, in the order in which the builder offers them."""

from workflows.steps.base import Known, Outcome, Run, StepKind
from workflows.steps.branch import IfElse
from workflows.steps.stop import Stop
from workflows.steps.tags import AddTag, RemoveTag
from workflows.steps.text import SendText
from workflows.steps.wait import Wait

KINDS: dict[str, StepKind] = {kind.kind: kind for kind in (SendText(), Wait(), IfElse(), AddTag(), RemoveTag(), Stop())}

__all__ = ["KINDS", "Known", "Outcome", "Run", "StepKind"]
