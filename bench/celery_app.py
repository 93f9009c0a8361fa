"""A Celery application with a task that does nothing, set up as ours is."""

import os

from celery import Celery

app = Celery("bench", broker=os.environ["REDIS_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4, task_default_queue="bench")


@app.task(name="bench.nothing")
def nothing() -> None:
    pass
