from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aesthetix.web"

    def ready(self) -> None:
        from aesthetix.web import digest  # noqa: F401  registers its queue
        from aesthetix.web.nav import Entry, add_to_settings

        add_to_settings(
            Entry(
                "Business Profile", "practices:business_profile", "store", order=10, group="Practice", admin_only=True
            )
        )
        add_to_settings(Entry("My Staff", "practices:staff", "users", order=11, group="Practice", admin_only=True))
        add_to_settings(Entry("Sign-in", "practices:sign_in", "lock-keyhole", 12, group="Practice", admin_only=True))
        add_to_settings(Entry("API keys", "web:api_keys", "key-round", order=90, group="System", admin_only=True))
        add_to_settings(Entry("Audit log", "web:audit_log", "history", order=91, group="System", admin_only=True))
        add_to_settings(
            Entry("Back office", "admin:index", "shield", 92, group="System", admin_only=True, back_office=True)
        )
