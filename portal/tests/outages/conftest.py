"""The web process in production mode with short limits, its database behind a relay that can be cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection

from portal.tests.kills.receiver import Receiver
from portal.tests.kills.system import System, collect_static, database_url
from portal.tests.outages.relay import Relay

THREADS = 4


@dataclass
class Web(System):
    relay: Relay | None = field(default=None, kw_only=True)

    @property
    def values(self) -> dict[str, str]:
        limits = {"LOCK_TIMEOUT": "1", "STATEMENT_TIMEOUT": "2", "POOL_TIMEOUT": "1"}
        size = {"WEB_WORKERS": "1", "WEB_THREADS": str(THREADS)}
        return {**super().values, **limits, **size, "DATABASE_URL": self._address()}

    def _address(self) -> str:
        if self.relay is None:
            return database_url()
        login, _, server = database_url().rpartition("@")
        return f"{login}@127.0.0.1:{self.relay.port}/{server.rpartition('/')[2]}"


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("static")
    collect_static(to, tmp_path_factory.mktemp("collecting"))
    return to


@pytest.fixture
def relay(transactional_db: None) -> Iterator[Relay | None]:
    if connection.vendor != "postgresql":
        yield None
        return
    server = connection.settings_dict
    opened = Relay(str(server["HOST"]), int(server["PORT"] or 5432))
    yield opened
    opened.cut()


@pytest.fixture
def web(relay: Relay | None, static: Path, tmp_path: Path) -> Iterator[Web]:
    started = Web(tmp_path, static, Receiver(), has_broker=False, relay=relay)
    started.start("web")
    yield started
    started.end()
