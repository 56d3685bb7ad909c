"""Fixtures of the production test: a clone, an empty database, nginx, and somebody who receives the messages."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from portal.tests.kills.receiver import Receiver, running_receiver
from portal.tests.processes import free_port
from portal.tests.production import nginx, readme
from portal.tests.production.nginx import HOST, Proxy
from portal.tests.production.operator import Operator, bare_environment
from portal.tests.production.site import Site, installed

DATABASE = "portal_production"


@pytest.fixture(scope="module", autouse=True)
def _needs_services() -> None:
    """Skip where a part is not installed, and say which."""
    for program in ("nginx", "openssl", "git", "make"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed.")
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"] or not settings.REDIS_URL:
        pytest.skip("DATABASE_URL of a PostgreSQL and REDIS_URL are not set.")


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An empty database on the PostgreSQL of DATABASE_URL."""
    of = settings.DATABASES["default"]
    login = f"{of['USER']}:{of['PASSWORD']}" if of["PASSWORD"] else of["USER"]
    server = f"postgres://{login}@{of['HOST']}:{of['PORT'] or 5432}"
    name = sql.Identifier(DATABASE)
    with psycopg.connect(f"{server}/{of['NAME']}", autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        owner.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield f"{server}/{DATABASE}"
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    scratch = tmp_path_factory.mktemp("operator")
    readme.clone(scratch / "clone")
    following = Operator(scratch / "clone", bare_environment(scratch))
    yield following
    following.end()


@pytest.fixture(scope="module")
def web_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, web_port: int) -> Iterator[Proxy]:
    scratch = tmp_path_factory.mktemp("nginx")
    prepared = nginx.prepare(scratch, web_port)
    with nginx.running(prepared, scratch):
        yield prepared


@pytest.fixture(scope="module")
def values(database_url: str, receiver: Receiver, proxy: Proxy, web_port: int) -> dict[str, str]:
    """What the operator fills in."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CODE_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": proxy.origin,
        "PORT": str(web_port),
        "DATABASE_URL": database_url,
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{receiver.mail_port}",
        "SMS_HTTP_URL": f"http://127.0.0.1:{receiver.sms_port}/messages",
    }


@pytest.fixture(scope="module")
def site(operator: Operator, proxy: Proxy, receiver: Receiver, values: dict[str, str]) -> Site:
    """The portal, installed by the lines of README.md up to the first logins."""
    return installed(Site(operator, proxy, receiver, iter(readme.lines())), values)
