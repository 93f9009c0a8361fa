import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aesthetix.settings")

app = Celery("aesthetix")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Expires before the next tick, so that a backlog of sweeps cannot build up.
    "sweep": {"task": "sweep", "schedule": 1.0, "options": {"expires": 0.9, "queue": "realtime"}},
}
