"""Celery tasks of accounts: one-line wrappers. They are idempotent, so a duplicate delivery does no harm."""

from celery import shared_task

from accounts import outages
from accounts.notifications import deliver as delivery


@shared_task(name="accounts.deliver", ignore_result=True)
def deliver(channel: str) -> None:
    """Send the due messages of the channel. The next tick repeats what an outage interrupted."""
    with outages.tried_again_soon("sender-interrupted", channel=channel):
        delivery.drain(channel)
