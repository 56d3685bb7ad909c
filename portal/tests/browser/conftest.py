"""Fixtures of the browser tests: the demo data behind a live server, background processes, signed-in browsers."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from portal.demo import cast, world
from portal.tests.browser.watching import Watch
from portal.tests.gallery.world import Gallery

Someone = Callable[..., Page]
T = TypeVar("T")


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer) -> str:
    """Return the URL of a running portal with the demo data."""
    settings.MESSAGES_FILE.unlink(missing_ok=True)
    world.build()
    return live_server.url


@pytest.fixture
def gallery(transactional_db: None, live_server: LiveServer) -> Gallery:
    """The demo data and a request in every state, behind a running portal."""
    return Gallery()


@pytest.fixture
def background(site: str) -> Iterator[None]:
    """Run the background processes: Celery worker and beat with REDIS_URL, otherwise run_clock."""
    programs = [["manage.py", "run_clock"]]
    if settings.REDIS_URL:
        celery = ["-m", "celery", "-A", "portal"]
        programs = [[*celery, "worker", "--pool", "solo"], [*celery, "beat"]]
    started = [_start(program) for program in programs]
    yield
    for process in started:
        process.terminate()
    for process in started:
        process.wait(timeout=30)


def _start(program: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *program],
        env={**os.environ, "DATABASE_URL": _test_database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=(settings.VAR_DIR / "background.log").open("ab"),
        stderr=subprocess.STDOUT,
        cwd=settings.BASE_DIR,
    )


def _test_database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = f"{values['USER']}:{values['PASSWORD']}@" if values["USER"] else ""
    return f"postgres://{login}{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.fixture
def someone(browser: Browser, site: str) -> Iterator[Someone]:
    """Sign a user in with a new browser context: `someone("partner-admin", java_script_enabled=False)`.

    Violations and errors that the browser reports fail the test at its end.
    """
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def enter(username: str = "", **options: object) -> Page:
        context = browser.new_context(base_url=site, locale="en-GB", **options)  # type: ignore[arg-type]
        contexts.append(context)
        watches.append(Watch(context))
        page = context.new_page()
        if username:
            sign_in(page, username)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=username]", username)
    page.fill("[name=password]", cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def messages(site: str) -> list[dict[str, str]]:
    """Return all sent messages, newest first."""
    with urlopen(f"{site}/demo/messages/?format=json", timeout=10) as answer:
        found: list[dict[str, str]] = json.load(answer)
    return found


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """Poll until `look` returns a value, at most 30 s."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"Waited for {what} in vain.")


def newest_code(site: str, after: int = 0) -> str:
    """Return the code of the newest text message, once there are more than `after` of them."""

    def look() -> str | None:
        texts = [m["body"] for m in messages(site) if m["channel"] == "sms" and re.search(r"@\S+ #\d{6}", m["body"])]
        return texts[0].rpartition("#")[2].strip() if len(texts) > after else None

    return wait_for(look, "a code")
