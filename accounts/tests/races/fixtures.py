"""Fixtures of the race tests of both apps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.tests.races.racing import Race


@pytest.fixture
def race(transactional_db: None) -> Iterator[Race]:
    """Close the threads' connections before the flush, which would wait for their locks."""
    racing = Race()
    yield racing
    racing.close()


@pytest.fixture(autouse=True)
def generous_limits(settings: Settings) -> None:
    """Raise the rate limits, because many rounds request codes from one address."""
    settings.CODE_LIMIT_IP = settings.CODE_LIMIT_INSTALLATION = 10**6
