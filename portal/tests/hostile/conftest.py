"""The world that is attacked, built once a module: each test, and each attack, is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.tests.hostile import world
from portal.tests.hostile.discovery import Targets


@pytest.fixture(scope="module")
def targets(django_db_setup: None, django_db_blocker: Any) -> Iterator[Targets]:
    """The world with what can be attacked in it: a role is walked when a test first asks for it."""
    with django_db_blocker.unblock(), world.undone() as undo:
        world.build()
        yield Targets()
        undo()
