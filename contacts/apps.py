from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from aesthetix.practices import hooks
        from aesthetix.web import assets, audit_log, audit_words, nav, search
        from aesthetix.web.live import visibility
        from contacts.finding import find_contacts, visible_to
        from contacts.merging import own_rows
        from contacts.panels import Way, add_tool, add_way
        from contacts.services import (  # noqa: F401  (they announce their work)
            audit_export,
            bulk,
            data_request,
            departures,
            duplicates,
            export,
            imports,
            merging,
            reminders,
        )
        from contacts.views.forms import FORMS
        from contacts.views.history import HISTORY
        from contacts.views.notes import NOTES
        from contacts.views.task_page import due_today
        from contacts.views.tasks import TASKS
        from contacts.whole_record import own, parts

        own_rows.register()
        audit_words.say(
            {
                "merge": "Merged",
                "unmerge": "Undid a merge of",
                "not.duplicate": "Told apart",
                "maybe.duplicate": "Asked again about",
            },
            kind="merge",
            label="Merged",
        )
        hooks.add_keeper(hooks.Keeper(departures.holdings, departures.release))
        nav.add_to_rail(nav.Entry("Contacts", "contacts:list", "users", order=20))
        nav.add_to_rail(
            nav.Entry(
                "Tasks",
                "tasks:list",
                "square-check",
                order=30,
                count=due_today,
                unit="due",
                count_url="tasks:badge",
                live="task",
            )
        )
        nav.add_to_settings(
            nav.Entry("Custom Fields", "fields:list", "list-plus", order=20, group="Practice", admin_only=True)
        )
        assets.add_stylesheet("contacts/css/record.css")
        assets.add_stylesheet("contacts/css/tools.css")
        assets.add_stylesheet("contacts/css/list.css")
        audit_log.offer_export("contacts:audit_export")
        parts.add_part(own.PART)
        assets.add_stylesheet("contacts/css/duplicates.css")
        add_way(Way("Export the whole record", "download", "contacts:data_request", lambda staff: staff.exports))
        add_tool(NOTES)
        add_tool(TASKS)
        add_tool(FORMS)
        add_tool(HISTORY)
        search.add_provider(find_contacts)
        visibility.register(visible_to)
