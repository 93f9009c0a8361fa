"""Celery's whole part in this house: look at a queue because somebody rang, or because a second passed."""

from celery import shared_task

from aesthetix.events.due import drain, drain_all


@shared_task(name="work")  # type: ignore[untyped-decorator]
def work(queue: str) -> None:
    drain(queue)


@shared_task(name="sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    drain_all()
