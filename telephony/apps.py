from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"

    def ready(self) -> None:
        from conversations.channels import ports
        from telephony import subscribers  # noqa: F401  registers
        from telephony.carriers.twilio.texts import TwilioTexts
        from telephony.services import hub, recordings, senders, webhook_events  # noqa: F401  register their queues

        ports.register_text_carrier(TwilioTexts())
        ports.register_senders(senders.LineSenders())
        ports.register_own_numbers(senders.is_own_number)
