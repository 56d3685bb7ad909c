"""`manage.py load_demo`: load the demo data into an empty database, or replace everything with --reset."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.log import triggers
from accounts.models import Tenant, User
from portal.demo import world
from portal.models import DemoMarker


class Command(BaseCommand):
    help = "Load the demo world into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if the database has tenants")
        parser.add_argument("--reset", action="store_true", help="delete everything first")

    def handle(self, *args: Any, if_empty: bool, reset: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1 to load the demo world. Its password is public.")
        if reset:
            self._delete_everything()
        if Tenant.objects.exists():
            if if_empty:
                return
            raise CommandError("The database is not empty. Use --reset to delete everything in it.")
        world.build()
        self.stderr.write("Loaded the demo world.")

    def _delete_everything(self) -> None:
        if not DemoMarker.objects.exists() and (Tenant.objects.exists() or User.objects.exists()):
            raise CommandError("The database holds data that load_demo did not write. Use an empty database.")
        triggers.remove(connection)
        call_command("flush", interactive=False, verbosity=0)
        triggers.install(connection)
        Path(settings.MESSAGES_FILE).unlink(missing_ok=True)
