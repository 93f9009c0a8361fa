from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from aesthetix.web import nav
        from aesthetix.web.assets import add_stylesheet
        from aesthetix.web.audit_words import say
        from contacts.bulk_actions import add_bulk_action
        from contacts.panels import Way, add_way
        from contacts.whole_record.parts import add_part
        from telephony.rehearsal.rooms import register_room
        from telephony.services import after_miss
        from telephony.thread_kinds import add_call_link
        from workflows import merging, subscribers  # noqa: F401  listens to missed calls
        from workflows.rehearsal import WorkflowsRoom
        from workflows.services import foresight
        from workflows.services.why import why_link
        from workflows.views.by_hand import ADD_MANY
        from workflows.whole_record import PART

        merging.register()
        register_room(WorkflowsRoom())
        after_miss.register(foresight.foretell_text_back)
        after_miss.register_handlers(foresight.text_back_handlers)
        after_miss.register_history(foresight.text_back_history)
        add_call_link(why_link)
        add_part(PART)
        add_way(Way("Add to a workflow", "workflow", "workflows:contact_add"))
        add_bulk_action(ADD_MANY)
        say({"workflow": "Added to a workflow", "job.workflow": "Started adding to a workflow as"}, kind="workflow")
        nav.add_to_rail(nav.Entry("Workflows", "workflows:list", "workflow", order=50))
        add_stylesheet("workflows/workflows.css")
