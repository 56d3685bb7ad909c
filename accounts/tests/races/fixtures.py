"""What the races of both apps use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.tests.races.racing import Race


@pytest.fixture
def race(transactional_db: None) -> Iterator[Race]:
    """Gone before the flush, which would wait for what a caller still holds."""
    racing = Race()
    yield racing
    racing.close()


@pytest.fixture(autouse=True)
def generous_limits(settings: Settings) -> None:
    """Many rounds ask for many codes from one address."""
    settings.CODE_LIMIT_IP = settings.CODE_LIMIT_INSTALLATION = 10**6
