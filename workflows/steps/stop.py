"""Stop here."""

from workflows.steps.base import Known, Outcome, Run, Step, StepKind


class Stop(StepKind):
    kind, label, icon = "stop", "Stop", "circle-stop"

    def sentence(self, step: Step, known: Known) -> str:
        return "Stop here"

    def run(self, run: Run, step: Step) -> Outcome:
        return Outcome("Stopped here", stop=True)
