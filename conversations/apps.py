from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from aesthetix.web import assets, nav
        from contacts import panels
        from contacts.whole_record.parts import add_part
        from conversations import inbox, kinds, merging, whole_record
        from conversations.services import delivery  # noqa: F401  registers the queue "messages"
        from conversations.views import thread

        kinds.register_kind("text", load=None, template="conversations/items/text.html", label="Text")
        kinds.register_kind("system", load=None, template="conversations/items/system.html", label="Note")
        panels.register_conversation(thread.panel)
        add_part(whole_record.PART)
        merging.register()
        assets.add_stylesheet("conversations/css/inbox.css")
        assets.add_stylesheet("conversations/css/thread.css")
        nav.add_to_rail(
            nav.Entry(
                "Inbox",
                "conversations:inbox",
                "messages-square",
                order=10,
                count=inbox.unread_threads,
                count_url="conversations:badge",
                live="thread message call voicemail",
            )
        )
