"""`manage.py run_clock`: the background work where there is no broker, until SIGTERM or Ctrl-C."""

import signal
from threading import Event
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from accounts.notifications import senders
from partners.clock import upkeep

PAUSE = 1.0  # seconds between two looks for requests to complete

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Deliver notices, complete requests and delete old sessions until stopped. Use it without REDIS_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threads = senders.start(stop)
        while not stop.wait(PAUSE):
            self._upkeep()
        for thread in threads:
            thread.join(timeout=12)  # a message in hand takes at most 10 s

    def _upkeep(self) -> None:
        close_old_connections()
        try:
            upkeep(timezone.now())
        except Exception as error:  # the boundary of the loop: a database that is away must not end it
            logger.warning("clock-interrupted", error=type(error).__name__)
