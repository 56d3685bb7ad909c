"""`manage.py runserver` for developers. In DEMO it only binds to loopback addresses."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.runserver import Command as Runserver
from django.core.management.base import CommandError

from portal.refusals import is_loopback


class Command(Runserver):
    addr: str

    def inner_run(self, *args: Any, **options: Any) -> None:
        if settings.DEMO and not is_loopback(self.addr):
            raise CommandError("DEMO must be bound to a loopback address.")
        super().inner_run(*args, **options)
