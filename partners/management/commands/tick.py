"""`manage.py tick`: run all due background work once, by hand or in tests."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from partners.clock import tick


class Command(BaseCommand):
    help = "Do all background work that is due once: deliveries and completions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="the time to act for, in ISO 8601 with its offset; the default is now")

    def handle(self, *args: Any, at: str | None, **options: Any) -> None:
        ticked = tick(self._moment(at) if at else None)
        self.stdout.write(f"completed {ticked.completed}, delivered {ticked.delivered}")

    def _moment(self, text: str) -> datetime:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(f"{text!r} is not a time such as 2026-11-23T12:00:00Z.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
