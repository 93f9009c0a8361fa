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
        self._listen_to_the_practice()

    @staticmethod
    def _listen_to_the_practice() -> None:
        from aesthetix.practices import hooks
        from telephony.services import staff_settings
        from telephony.services.profile import touch
        from telephony.services.voice_settings import refuse_company_loop

        hooks.on_change(touch)
        hooks.check_profile(refuse_company_loop)
        hooks.add_keeper(hooks.Keeper(staff_settings.holdings, staff_settings.release))
