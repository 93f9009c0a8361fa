"""What workflows listen to. Imported when the app is ready."""

from aesthetix.events.models import Event
from aesthetix.events.outbox import subscribe
from workflows.services import engine  # noqa: F401  registers the queue of runs
from workflows.services.cool_off import give_back_for_message
from workflows.services.enroll import enroll_for_call
from workflows.services.text_back import text_back_by_toggle
from workflows.triggers import CALL_MISSED


@subscribe(CALL_MISSED, "workflows")
def start_workflows(event: Event) -> None:
    enroll_for_call(event)


@subscribe("message.withheld", "cool-off")
def give_back(event: Event) -> None:
    """A text that was queued and then withheld, by a STOP that came before a worker: as if it never began."""
    give_back_for_message(event.practice, event.payload["message_id"])


@subscribe(CALL_MISSED, "text-back-toggle")
def text_back(event: Event) -> None:
    text_back_by_toggle(event)
