import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aesthetix.settings")

app = Celery("aesthetix")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Expires before the next tick, so that a backlog of sweeps cannot build up.
    "sweep": {"task": "sweep", "schedule": 1.0, "options": {"expires": 0.9, "queue": "realtime"}},
    "remove_orphans": {
        "task": "remove_orphans",
        "schedule": crontab(minute="17", hour="*/6"),
        "options": {"expires": 3600, "queue": "default"},
    },
}
