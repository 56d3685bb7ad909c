"""Fixtures of the kill tests: the receiver, the running system, and figures for the terminal summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from portal.tests.kills.receiver import Receiver, running_receiver
from portal.tests.kills.system import System, collect_static

COUNTED = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(COUNTED, [])
    if lines:
        terminalreporter.section("kills")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that adds a line to the terminal summary."""
    return request.config.stash.setdefault(COUNTED, []).append


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("static")
    collect_static(to, tmp_path_factory.mktemp("collecting"))
    return to


@pytest.fixture
def system(transactional_db: None, receiver: Receiver, static: Path, tmp_path: Path) -> Iterator[System]:
    """The portal with worker and beat (with REDIS_URL, on a separate Redis), otherwise with run_clock."""
    from django.conf import settings

    built = System(tmp_path, static, receiver, has_broker=bool(settings.REDIS_URL))
    yield built
    built.end()
