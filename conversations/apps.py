from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import kinds
        from conversations.services import delivery  # noqa: F401  registers the queue "messages"

        kinds.register_kind("text", load=kinds.load_messages, template="conversations/items/text.html", label="Text")
        kinds.register_kind("system", load=kinds.load_nothing, template="conversations/items/system.html", label="Note")
