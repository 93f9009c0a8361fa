"""What explains the invented week: the phones that rang, and the run that did or did not send a text."""

import datetime as dt

from conversations.models import Message
from telephony.models import Call, Leg
from workflows.models import Enrollment, StepRun, Workflow

UNANSWERED, TAKEN, ELSEWHERE = "no-answer", "completed", "canceled"
RANK_OF_A_FINAL_STATUS = 3


def add_legs(call: Call) -> None:
    """One leg for each phone of the route: who answered talked, the others stopped ringing."""
    for index, phone in enumerate(call.decision.destinations):
        took_it = call.answered_by_id is not None and phone.staff_id == call.answered_by_id
        status = TAKEN if took_it else ELSEWHERE if call.answered_at else UNANSWERED
        Leg.objects.create(
            practice=call.practice,
            call=call,
            sid=f"{call.sid[:30]}L{index}",
            kind=phone.kind,
            address=phone.address,
            staff_id=phone.staff_id,
            status=status,
            rank=RANK_OF_A_FINAL_STATUS,
            started_at=call.started_at,
            answered_at=call.answered_at if took_it else None,
            ended_at=call.ended_at if took_it else call.answered_at or call.ended_at,
        )


def start_run(workflow: Workflow, call: Call, at: dt.datetime) -> Enrollment:
    """The workflow's run for a missed call; a caller without a number cannot be texted, and it says so."""
    known = call.contact is not None
    assert workflow.published
    run: Enrollment = Enrollment.objects.create(
        practice=call.practice,
        version=workflow.published,
        contact=call.contact,
        key=f"{workflow.pk}:demo:{call.pk}",
        source=f"call:{call.pk}",
        context={"call": call.pk, "line": call.line_id},
        state=Enrollment.State.DONE if known else Enrollment.State.SKIPPED,
        reason="" if known else "The caller withheld their number, so there is nobody to text.",
        started_at=at,
        ended_at=at,
        due_at=None,
    )
    return run


def finish_run(run: Enrollment, message: Message) -> None:
    """The run's one step, and the text under the key that joins the two."""
    step = run.version.definition["steps"][0]
    withheld = message.state == Message.State.WITHHELD
    result = f"Text not sent: {message.reason}" if withheld else "Text handed to the send gate."
    StepRun.objects.create(
        practice=run.practice,
        enrollment=run,
        step=step["id"],
        kind=step["kind"],
        state="done",
        result=result,
        at=run.started_at,
    )
    message.idempotency_key = f"workflow:{run.pk}:{step['id']}"
    message.save(update_fields=["idempotency_key"])
