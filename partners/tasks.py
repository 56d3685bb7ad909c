"""Celery's door to partners: one-line wrappers of the clock. Safe to run twice."""

from celery import shared_task

from partners import clock


@shared_task(name="partners.tick", ignore_result=True)
def tick() -> None:
    """Do everything that is due now; beat calls it."""
    clock.beat()
