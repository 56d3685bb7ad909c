"""Celery tasks of accounts: one-line wrappers. They are idempotent, so a duplicate delivery does no harm."""

from celery import shared_task

from accounts.notifications import deliver as delivery


@shared_task(name="accounts.deliver", ignore_result=True)
def deliver(channel: str) -> int:
    """Send the due messages of the channel."""
    return delivery.drain(channel)
