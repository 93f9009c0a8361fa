from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"

    def ready(self) -> None:
        from conversations.channels import ports
        from telephony.carriers.twilio.texts import TwilioTexts
        from telephony.services import senders

        ports.register_text_carrier(TwilioTexts())
        ports.register_senders(senders.LineSenders())
        ports.register_own_numbers(senders.is_own_number)
