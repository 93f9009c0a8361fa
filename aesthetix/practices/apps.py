from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "aesthetix.practices"

    def ready(self) -> None:
        from aesthetix.practices.services import sign_in

        sign_in.listen()
