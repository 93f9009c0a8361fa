from django.apps import AppConfig


class A360SyncConfig(AppConfig):
    name = "a360_sync"
