"""`manage.py find_duplicates`: list tenants that may be one account under two keys. Read-only."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from partners.queries.duplicates import pairs


class Command(BaseCommand):
    help = (
        "List pairs of tenants that may be one account, one pair per line: the two keys and the reason, separated by "
        "tabs. Changes nothing. An import does not add possible duplicates without --adopt."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for pair in pairs():
            self.stdout.write(f"{pair.first.key}\t{pair.second.key}\t{pair.reason}")
