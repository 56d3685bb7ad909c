"""Celery's door to accounts: one-line wrappers. A task that the broker delivers twice finds nothing left to do."""

from celery import shared_task

from accounts.notifications import deliver as delivery


@shared_task(name="accounts.deliver", ignore_result=True)
def deliver(channel: str) -> int:
    """Send what is due on the channel."""
    return delivery.drain(channel)
