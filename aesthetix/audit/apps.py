from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "aesthetix.audit"
