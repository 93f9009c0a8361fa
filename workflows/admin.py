from aesthetix.web.backoffice import show
from workflows.models import CoolOff, Enrollment, StepRun, Version, Workflow

show(Workflow, "name", "state", "published", "updated_at")
show(Version, "workflow", "number", "published_at", "published_by")
show(Enrollment, "started_at", "version", "contact", "state", "step", "due_at", "reason", list_filter=("state",))
show(StepRun, "at", "enrollment", "step", "kind", "state", "result")
show(CoolOff, "workflow", "subject", "until")
