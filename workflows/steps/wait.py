"""Wait: a due time on the run's row, not a timer anywhere."""

import datetime as dt

from workflows.steps.base import Known, Outcome, Run, Step, StepKind
from workflows.words import length, moment

LONGEST = 90 * 24 * 60


class Wait(StepKind):
    kind, label, icon = "wait", "Wait", "clock"
    new = {"minutes": 20}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        minutes = step.get("minutes")
        if isinstance(minutes, int) and not isinstance(minutes, bool) and 1 <= minutes <= LONGEST:
            return {}
        return {"minutes": "Enter how long to wait: from 1 minute to 90 days."}

    def sentence(self, step: Step, known: Known) -> str:
        minutes = step.get("minutes")
        return f"Wait {length(minutes)}" if isinstance(minutes, int) and minutes > 0 else "Wait"

    def run(self, run: Run, step: Step) -> Outcome:
        pause = dt.timedelta(minutes=step["minutes"])
        return Outcome(f"Waits until {moment(run.at + pause, run.practice.tz)}", wait=pause)
