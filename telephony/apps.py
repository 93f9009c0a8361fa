from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "telephony"

    def ready(self) -> None:
        from contacts.whole_record.parts import add_part
        from conversations import kinds
        from conversations.channels import ports
        from telephony import (  # noqa: F401  registers
            merging,  # noqa: F401  registers
            subscribers,
            thread_kinds,
            whole_record,
        )
        from telephony.carriers.twilio.texts import TwilioTexts
        from telephony.services import hub, recordings, reports_lost, senders, webhook_events  # noqa: F401  register

        items = "telephony/items"
        kinds.register_kind("call", load=thread_kinds.load_calls, template=f"{items}/call.html", label="Call")
        kinds.register_kind(
            "voicemail", load=thread_kinds.load_voicemails, template=f"{items}/voicemail.html", label="Voicemail"
        )
        add_part(whole_record.PART)
        merging.register()
        ports.register_text_carrier(TwilioTexts())
        ports.register_senders(senders.LineSenders())
        ports.register_own_numbers(senders.is_own_number)
        self._listen_to_the_practice()
        self._add_settings_pages()

    @staticmethod
    def _listen_to_the_practice() -> None:
        from aesthetix.practices import hooks
        from telephony.services import staff_settings
        from telephony.services.profile import touch
        from telephony.services.voice_settings import refuse_company_loop

        hooks.read_with_practice("voice_settings")
        hooks.on_change(touch)
        hooks.check_profile(refuse_company_loop)
        hooks.add_keeper(hooks.Keeper(staff_settings.holdings, staff_settings.release))

    @staticmethod
    def _add_settings_pages() -> None:
        from aesthetix.practices.hooks import Panel, add_panel
        from aesthetix.web.assets import add_stylesheet
        from aesthetix.web.nav import Entry, add_to_settings
        from telephony.views.staff_calls import call_settings_card
        from telephony.views.voice_calls import call_settings_panel

        add_stylesheet("telephony/settings.css")
        add_stylesheet("telephony/lab.css")
        add_panel(Panel("business-profile", "calls", "telephony/_call_settings.html", call_settings_panel))
        add_panel(Panel("staff", "calls", "telephony/_staff_calls.html", call_settings_card))
        for entry in (
            Entry("Phone Numbers", "telephony:lines", "phone-call", order=40, group="Phone", admin_only=True),
            Entry("Advanced Settings", "telephony:voice_calls", "sliders-horizontal", 45, "Phone", admin_only=True),
            Entry("Test call", "telephony:test_call", "flask-conical", order=50, group="Phone", admin_only=True),
        ):
            add_to_settings(entry)
        add_to_settings(Entry("Carrier", "telephony:carrier", "radio-tower", order=60, group="Phone", admin_only=True))
