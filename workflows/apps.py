from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from telephony.rehearsal.rooms import register_room
        from workflows import subscribers  # noqa: F401  listens to missed calls
        from workflows.rehearsal import WorkflowsRoom

        register_room(WorkflowsRoom())
