from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aesthetix.web"
