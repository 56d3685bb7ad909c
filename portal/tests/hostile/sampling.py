"""How much of what is listed one run tries. HOSTILE_EXAMPLES raises it; which part it is changes with the day."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import connection

from portal.tests.slices import SLICE

T = TypeVar("T")
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "1"))


def every(listed: Mapping[str, T], number: int, *, at_most: int = 1, day: int = SLICE) -> Iterator[tuple[str, T]]:
    """The next `at_most` x HOSTILE_EXAMPLES of the listed ones, going on where the number before stopped."""
    items, count = list(listed.items()), min(at_most * EXAMPLES, len(listed))
    for step in range(count):
        yield items[((number + day) * count + step) % len(items)]


def in_turn(role: str, listed: Sequence[T], *, day: int = SLICE) -> list[T]:
    """All that a role can attack, but of the admin's hundreds of pages, which pass through one door, every fifth.

    Each day and each database takes another fifth; with HOSTILE_EXAMPLES both databases take all of it.
    """
    if role != "staff" or EXAMPLES > 1:
        return list(listed)
    return list(listed[(day + 2 * (connection.vendor == "postgresql")) % 5 :: 5])
