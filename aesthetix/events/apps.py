from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "aesthetix.events"

    def ready(self) -> None:
        from aesthetix.events import outbox  # noqa: F401  registers the queues
