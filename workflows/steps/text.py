"""Send a text."""

from typing import Any

from aesthetix.lib import merge, phone
from contacts.merge_fields import merge_values
from conversations.models import Message
from conversations.services.send import send_message
from telephony.models import Line
from workflows.steps.base import Known, Outcome, Run, Step, StepKind, text_of

CALLED, DEFAULT = "called", "default"


class SendText(StepKind):
    kind, label, icon = "send_text", "Send a text", "message-square"
    new = {"body": "", "from": CALLED}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        errors = {}
        body = text_of(step, "body")
        problems = merge.check(body, known.fields) if body else ["Write the text to send."]
        if problems:
            errors["body"] = " ".join(problems)
        if step.get("from") not in [CALLED, DEFAULT, *known.lines]:
            errors["from"] = "Choose the line to send from: the chosen one does not exist."
        return errors

    def sentence(self, step: Step, known: Known) -> str:
        body = text_of(step, "body")
        return f"Send a text from {sender_words(step, known.lines)}" + (f": “{body}”" if body else "")

    def run(self, run: Run, step: Step) -> Outcome:
        body, number, note = self.compose(run, step)
        message = send_message(
            actor=run.actor,
            contact=run.contact,
            body=body,
            key=run.key,
            to=run.call.from_number if run.call else "",
            from_number=number,
            origin=Message.Origin.WORKFLOW,
            label=run.label,
        )
        if message.state == Message.State.WITHHELD:
            return Outcome(f"Not sent: {message.reason}", is_withheld=True)
        return Outcome(f"Text queued.{note}")

    def foresee(self, run: Run, step: Step) -> Outcome:
        body, number, note = self.compose(run, step)
        sender = phone.display(number) if number else "no line"
        return Outcome(f"From {sender}: “{body}”{note}")

    def compose(self, run: Run, step: Step) -> tuple[str, str, str]:
        """The text, the number to send it from (empty: the send gate chooses), and a note for staff."""
        text = text_of(step, "body")
        body = merge.render(text, merge_context(run, text))
        line, note = self._line(run, step)
        return body, line.number if line else "", note

    @staticmethod
    def _line(run: Run, step: Step) -> tuple[Line | None, str]:
        """The line to send from (None: the send gate chooses), and a note when the chosen one is gone."""
        if step["from"] == CALLED and run.line:
            return run.line, ""
        lines = Line.objects.for_practice(run.practice)
        default = lines.filter(is_default_outbound=True).first()
        if step["from"] in (CALLED, DEFAULT):
            return default, ""
        line = lines.filter(pk=step["from"]).first()
        return (line, "") if line else (default, " The chosen line no longer exists, so the default line is used.")


def merge_context(run: Run, text: str) -> merge.Context:
    assigned: Any = run.contact.assigned_to
    return merge.build_context(
        contact=run.contact,
        practice=run.practice,
        line=run.line,
        staff=assigned.user if assigned else None,
        custom=merge_values(run.contact) if merge.wants_custom(text) else {},
    )


def sender_words(step: Step, lines: dict[int, str]) -> str:
    chosen: Any = step.get("from")
    words = {CALLED: "the line that was called", DEFAULT: "the default line"}
    return words.get(chosen) or lines.get(chosen, "a line that does not exist")
