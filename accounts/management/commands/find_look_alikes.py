"""Lists the logins whose usernames or addresses are equal or read alike: none is added, but older ones may exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.models.derived import DERIVED


class Command(BaseCommand):
    help = (
        "List pairs of logins whose usernames or e-mail addresses are equal or read alike, one a line: the later "
        "login, the earlier one, and what they share. Nothing is changed. Change one of them in the admin."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = list(_pairs())
        for later, earlier, shared in pairs:
            self.stdout.write(f"{later.username!a}\t{earlier.username!a}\t{shared}")
        self.stderr.write(f"{len(pairs)} pairs.")


def _pairs() -> Iterator[tuple[User, User, str]]:
    """Yield the later and the earlier login of each pair, and the column that is NULL in the later one."""
    for column, (source, function) in DERIVED.items():
        for later in User.objects.filter(**{f"{column}__isnull": True}).order_by("pk"):
            for earlier in User.objects.filter(**{column: function(getattr(later, source))}):
                yield later, earlier, column
