"""Celery, where REDIS_URL is set: only a wake-up for rows of the database, so nothing is kept as a result."""

import os
from typing import Any, Self

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import setup_logging
from django.conf import settings
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

LOOK_FOR_BROKER_EVERY = 1.0  # seconds


class SteadyConnection(Connection):
    """Looks for a broker that is away once a second. Celery's own pauses grow to 30 s, and no setting ends that."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Self:
        steady = {"interval_start": LOOK_FOR_BROKER_EVERY, "interval_step": 0.0}
        return super().ensure_connection(*args, **{**kwargs, **steady})


class SteadyAMQP(AMQP):
    Connection = SteadyConnection


app = Celery("portal", amqp=SteadyAMQP)
app.set_default()
app.conf.update(
    broker_url=settings.REDIS_URL or None,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 60,
        # Without these two, a message that a killed worker held but had not begun comes back only after 100 s.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 15,
        "socket_connect_timeout": 2,
    },
    task_ignore_result=True,
    # A message is a wake-up for rows that the next tick finds anyway. Acknowledged late, one that is in hand when the
    # broker goes away ends the worker: kombu acknowledges it on the line that is gone.
    task_acks_late=False,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    # A worker that was away must not find thousands of old ticks.
    beat_schedule={"tick": {"task": "partners.tick", "schedule": 1.0, "options": {"expires": 5}}},
    beat_max_loop_interval=1,
    timezone=settings.TIME_ZONE,
)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Keep Celery from setting up logging: the settings did."""
