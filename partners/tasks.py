"""Celery tasks of partners: one-line wrappers of the clock. They are idempotent."""

from celery import shared_task

from accounts import outages
from partners import clock


@shared_task(name="partners.tick", ignore_result=True)
def tick() -> None:
    """Run all due jobs. Scheduled by Celery beat."""
    with outages.tried_again_soon("clock-interrupted"):
        clock.beat()
