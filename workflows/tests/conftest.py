"""A practice whose lines can send, a workflow that is on, and a way to miss a call."""

from types import SimpleNamespace

import pytest

from aesthetix.events import outbox
from aesthetix.events.due import drain
from aesthetix.practices.actor import Actor
from conversations.models import Message
from telephony.models import Call, CarrierAccount, Line
from workflows.models import Enrollment, Workflow
from workflows.services.defaults import text_back_definition
from workflows.services.publishing import publish_workflow

GRACE = "+16025550147"


def settle():
    """Everything that is due, except handing texts to the carrier."""
    while sum(drain(name) for name in ("events", "deliveries", "enrollments")):
        pass


class Desk:
    """What the tests do: miss calls, publish workflows, look at what came of it."""

    def __init__(self, cast):
        self.cast, self.practice = cast, cast.glow
        CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "0" * 32, auth_token="secret")
        self.main = self._line("+16025550191", "Main line", is_default_outbound=True)
        self.facials = self._line("+16025550192", "Facials line")
        self.maya = Actor(practice=cast.glow, staff=cast.maya)

    def _line(self, number, name, **fields):
        return Line.objects.create(practice=self.practice, number=number, name=name, **fields)

    def missed(self, number=GRACE, contact="grace", line=None, at=None):
        line = line or self.main
        contact = self.cast.grace if contact == "grace" else contact
        count = Call.objects.for_practice(self.practice).count()
        call = Call.objects.create(
            practice=self.practice,
            sid=f"CA{count:032d}",
            line=line,
            contact=contact,
            from_number=number,
            to_number=line.number,
            state="ended",
            outcome="missed",
            reason="no_answer",
        )
        event = outbox.emit(
            self.practice,
            "call.missed",
            contact_id=contact.pk if contact else None,
            call_id=call.pk,
            line_id=line.pk,
            reason="no_answer",
        )
        if at:
            event.occurred_at = at
            event.save()
        return SimpleNamespace(call=call, event=event)

    def publish(self, *steps, name="Text back", filters=None, cool_off=20):
        definition = text_back_definition()
        if steps:
            definition["steps"] = [{"id": f"s{n}", **step} for n, step in enumerate(steps, 1)]
        definition["trigger"]["filters"].update(filters or {})
        definition["cool_off_minutes"] = cool_off
        workflow, _ = Workflow.objects.for_practice(self.practice).update_or_create(
            practice=self.practice, name=name, defaults={"definition": definition}
        )
        publish_workflow(actor=self.maya, workflow=workflow)
        workflow.refresh_from_db()
        return workflow

    def practice_workflow(self):
        return Workflow.objects.for_practice(self.practice).get()

    def runs(self):
        return list(Enrollment.objects.for_practice(self.practice).order_by("pk"))

    def messages(self):
        return list(Message.objects.for_practice(self.practice).order_by("pk"))

    def bodies(self):
        return [message.body for message in self.messages()]


@pytest.fixture
def desk(cast, clock):
    return Desk(cast)
