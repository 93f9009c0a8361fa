"""What a new practice starts with."""

from typing import Any

from django.db import transaction

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from workflows.models import Workflow
from workflows.services.publishing import publish_workflow
from workflows.triggers import CALL_MISSED

TEXT_BACK = "Missed call text back"
TEXT_BACK_BODY = (
    "Hi {{ contact.first_name | default: 'there' }}, sorry we missed your call at {{ practice.name }}. "
    "How can we help? Reply here and we will get right back to you."
)


def text_back_definition() -> dict[str, Any]:
    filters = {"lines": [], "hours": "any", "tags_any": [], "tags_none": []}
    return {
        "trigger": {"type": CALL_MISSED, "filters": filters},
        "cool_off_minutes": 20,
        "steps": [{"id": "s1", "kind": "send_text", "body": TEXT_BACK_BODY, "from": "called"}],
    }


def install_default_workflows(practice: Practice) -> None:
    """Create and publish "Missed call text back", once: a practice that stopped or changed it keeps its own."""
    actor = Actor.system(practice, "Practice set-up")
    with transaction.atomic():
        workflow, created = Workflow.objects.for_practice(practice).get_or_create(
            practice=practice, name=TEXT_BACK, defaults={"definition": text_back_definition()}
        )
        if created:
            publish_workflow(actor=actor, workflow=workflow)
