"""`manage.py find_duplicates`: list the tenants that may be one account under two keys. It changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from partners.queries.duplicates import pairs


class Command(BaseCommand):
    help = (
        "List pairs of tenants that may be one account: a line each, the two keys and the reason, separated by tabs. "
        "An import adds no such tenant; those that exist stay until people settle them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for pair in pairs():
            self.stdout.write(f"{pair.first.key}\t{pair.second.key}\t{pair.reason}")
