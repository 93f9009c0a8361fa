"""The ground floor's rows in the back office."""

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Delivery, Event, MailChoice
from aesthetix.practices.models import Alert, ApiKey, BusinessHours, Holiday, Practice, Staff
from aesthetix.web.backoffice import show

show(Practice, "name", "slug", "time_zone", "company_phone", practice_path="pk")
show(Staff, "user", "role", "data_access", "left_at", search=("user__name", "user__email"))
show(BusinessHours, "weekday", "opens", "closes")
show(Holiday, "date", "name")
show(Alert, "created_at", "kind", "text", "count", "seen_at")
show(ApiKey, "name", "prefix", "created_at", "last_used_at", "revoked_at", secret_fields=("digest",))
show(AuditEntry, "at", "actor", "action", "object_type", "object_id", "contact_id", search=("actor", "object_id"))
show(Event, "occurred_at", "type", "contact_id", "due_at", "attempts", list_filter=("type",))
show(Delivery, "event", "subscriber", "done_at", "due_at", "attempts", "last_error")
show(MailChoice, "staff", "choice", "mailed_on", "due_at", "attempts", "last_error")
