from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Running the house: the one-process runner, health, the demo practice. Stands above all rooms."""

    name = "aesthetix.operations"
