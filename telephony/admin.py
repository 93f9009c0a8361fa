from aesthetix.web.backoffice import show
from telephony.models import (
    Call,
    CallEvent,
    CarrierAccount,
    CarrierCommand,
    Greeting,
    Leg,
    Line,
    NumberPool,
    Recording,
    RingMember,
    StaffCallSettings,
    VoiceSettings,
)

show(Line, "name", "number", "assigned_to", "forwarding_number", "is_default_outbound", search=("name", "number"))
show(NumberPool, "name", "forwarding_number", "lead_source")
show(RingMember, "line", "staff", "position", practice_path="line__practice")
show(StaffCallSettings, "staff", "web_app", "mobile_app", "personal_number", practice_path="staff__practice")
show(VoiceSettings, "practice", "incoming_timeout", "version")
show(CarrierAccount, "account_sid", "base_url", "checked_at", secret_fields=("auth_token",))
show(Greeting, "name", "seconds", "size", "created_at", secret_fields=("token",))
show(Call, "started_at", "line", "contact", "state", "outcome", "reason", "answered_by", list_filter=("outcome",))
show(Leg, "call", "kind", "staff", "status", "answered_at", "accepted_at", "ended_at")
show(CallEvent, "at", "kind", "call", "due_at", "attempts")
show(CarrierCommand, "call", "kind", "target", "due_at", "done_at", "last_error")
show(Recording, "call", "kind", "state", "seconds", "due_at", "attempts", "last_error", secret_fields=("url",))
