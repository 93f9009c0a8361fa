from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from aesthetix.practices import hooks
        from contacts.services import departures

        hooks.add_keeper(hooks.Keeper(departures.holdings, departures.release))
