"""What can start a workflow: event type → its name in the builder."""

CALL_MISSED = "call.missed"

TRIGGERS = {CALL_MISSED: "A call is missed"}
