"""Add a tag, remove a tag."""

from contacts.services import tags
from workflows.steps.base import Known, Outcome, Run, Step, StepKind, text_of
from workflows.steps.branch import tag_problem

LONGEST = 40


class AddTag(StepKind):
    kind, label, icon = "add_tag", "Add a tag", "tag"
    new = {"tag": ""}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        """Any name will do: a tag that does not exist yet is created."""
        name = text_of(step, "tag")
        if not name:
            return {"tag": "Enter the tag to add."}
        return {"tag": f"A tag has at most {LONGEST} characters."} if len(name) > LONGEST else {}

    def sentence(self, step: Step, known: Known) -> str:
        return f"Add the tag “{text_of(step, 'tag')}”"

    def run(self, run: Run, step: Step) -> Outcome:
        tags.add_tag(actor=run.actor, contact=run.contact, name=text_of(step, "tag"))
        return self.foresee(run, step)

    def foresee(self, run: Run, step: Step) -> Outcome:
        run.tags.add(text_of(step, "tag"))
        return Outcome(f"Tag added: {text_of(step, 'tag')}")


class RemoveTag(StepKind):
    kind, label, icon = "remove_tag", "Remove a tag", "eraser"
    new = {"tag": ""}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        problem = tag_problem(text_of(step, "tag"), known)
        return {"tag": problem} if problem else {}

    def sentence(self, step: Step, known: Known) -> str:
        return f"Remove the tag “{text_of(step, 'tag')}”"

    def run(self, run: Run, step: Step) -> Outcome:
        tags.remove_tag(actor=run.actor, contact=run.contact, name=text_of(step, "tag"))
        return self.foresee(run, step)

    def foresee(self, run: Run, step: Step) -> Outcome:
        run.tags.discard(text_of(step, "tag"))
        return Outcome(f"Tag removed: {text_of(step, 'tag')}")
