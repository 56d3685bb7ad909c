"""`manage.py run_clock`: all background work without a broker, until SIGTERM or Ctrl-C."""

import signal
from threading import Event
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from accounts.notifications import senders
from partners.clock import upkeep

PAUSE = 1.0  # seconds between two runs of the upkeep

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
            thread.join(timeout=12)  # the current message takes at most 10 s

    def _upkeep(self) -> None:
        close_old_connections()
        try:
            upkeep(timezone.now())
        except Exception as error:  # the loop boundary: a database outage must not end the command
            logger.warning("clock-interrupted", error=type(error).__name__)
