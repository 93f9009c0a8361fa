from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from aesthetix.web import nav
        from aesthetix.web.assets import add_stylesheet
        from telephony.rehearsal.rooms import register_room
        from workflows import subscribers  # noqa: F401  listens to missed calls
        from workflows.rehearsal import WorkflowsRoom

        register_room(WorkflowsRoom())
        nav.add_to_rail(nav.Entry("Workflows", "workflows:list", "workflow", order=50))
        add_stylesheet("workflows/workflows.css")
