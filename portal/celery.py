"""The Celery app, used if REDIS_URL is set. Tasks only wake senders for database rows, so results are not stored."""

import os
import sys
from threading import Event, Thread
from typing import Any, Self

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import setup_logging, worker_init, worker_shutdown, worker_shutting_down
from django.conf import settings
from kombu import Connection

from portal.environment import Refused

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if not settings.configured:  # a worker or beat, which load this module first
    os.environ["PORTAL_PROCESS"] = "clock"
try:
    BROKER_URL = settings.REDIS_URL or None
except Refused as refusal:
    sys.exit(str(refusal))  # Celery would print it in a traceback

BROKER_RETRY_INTERVAL = 1.0  # seconds


class SteadyConnection(Connection):
    """Reconnects to the broker every second. Celery's back-off grows to 30 s and cannot be configured."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Self:
        steady = {"interval_start": BROKER_RETRY_INTERVAL, "interval_step": 0.0}
        return super().ensure_connection(*args, **{**kwargs, **steady})


class SteadyAMQP(AMQP):
    Connection = SteadyConnection


app = Celery("portal", amqp=SteadyAMQP)
app.set_default()
app.conf.update(
    broker_url=BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 60,
        # Without these two, a prefetched message of a killed worker is redelivered only after 100 s.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 15,
        "socket_connect_timeout": 2,
    },
    task_ignore_result=True,
    # A lost message is only a lost wake-up, because the next tick finds the rows. Late acknowledgement would crash the
    # worker if the broker disconnects during a task: kombu would acknowledge on the closed connection.
    task_acks_late=False,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    # Without a schedule file any number of beats may run. A tick that is a second early or late does no harm.
    beat_scheduler="celery.beat.Scheduler",
    # Ticks expire, so that a restarted worker does not find thousands of them.
    beat_schedule={"tick": {"task": "partners.tick", "schedule": 1.0, "options": {"expires": 5}}},
    beat_max_loop_interval=1,
    timezone=settings.TIME_ZONE,
)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Prevent Celery from configuring logging, which the settings have done."""


stop_polling = Event()
pollers: list[Thread] = []


@worker_init.connect
def poll_the_outbox(**_kwargs: Any) -> None:
    """Send what no wake-up came for: a broker that hangs, is full or refuses the password must not stop any code."""
    from accounts.notifications import senders

    pollers.extend(senders.start(stop_polling, senders.PAUSE_WITH_BROKER))


@worker_shutting_down.connect
def stop_polling_the_outbox(**_kwargs: Any) -> None:
    stop_polling.set()


@worker_shutdown.connect
def finish_polling(**_kwargs: Any) -> None:
    for poller in pollers:
        poller.join(timeout=12)  # the current message takes at most 10 s
