"""A minimal HTTP client of a user: cookies, the forms of a page, and the headers of a proxy."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from accounts.tests.factories import PASSWORD
from portal.tests.kills.system import HOST

PATIENCE = 60.0  # seconds: a timeout against hanging tests
OUTAGE = 90.0  # seconds, as above
AGAIN_AFTER = 0.5
LOGIN = "/accounts/login/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Page:
    status: int
    location: str
    text: str
    seconds: float
    retry_after: str = ""


def token_in(page: Page) -> str:
    """Return the CSRF token of the page's form."""
    found = TOKEN.search(page.text)
    return found[1] if found else ""


@dataclass
class Browser:
    port: int
    address: str = "192.0.2.1"  # in X-Forwarded-For
    cookies: dict[str, str] = field(default_factory=dict)
    username: str = ""
    token: str = ""  # of the last form

    def sign_in(self, username: str) -> None:
        """Sign in, and try again while too many others do."""
        self.username = username
        page = self.send_until_answered("/accounts/login/", username=username, password=PASSWORD)
        assert page.status == 303, (username, page.status, page.text[:2000])

    def get(self, path: str) -> Page:
        return self._ask("GET", path, {})

    def send(self, path: str, to: str = "", **fields: str) -> Page:
        """Open the page and post its form, to the same URL or to `to`."""
        page = self.get(path)
        if page.status >= 500:
            return page
        self.token = token_in(page) or self.token
        return self._ask("POST", to or path, {**fields, "csrfmiddlewaretoken": self.token}, path)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        """Post a form that was opened before, with its token among the fields."""
        return self._ask("POST", path, fields, path)

    def send_until_answered(self, path: str, to: str = "", **fields: str) -> Page:
        """Send the form again during an outage, like a user who does not know whether it arrived."""
        until, pause = time.monotonic() + OUTAGE, threading.Event()
        while True:
            page = self._send_or_none(path, to, **fields)
            if page is not None and page.status < 500:
                return page
            assert time.monotonic() < until, f"{to or path}: {page.status if page else 'no answer'}"
            pause.wait(AGAIN_AFTER)

    def _send_or_none(self, path: str, to: str, **fields: str) -> Page | None:
        try:
            return self.send(path, to, **fields)
        except (OSError, HTTPException):  # the web process was killed
            return None

    def _ask(self, method: str, path: str, fields: dict[str, str], referer: str = "/") -> Page:
        connection = self._connect()
        begun = time.monotonic()
        try:
            connection.request(method, path, urlencode(fields) if method == "POST" else None, self._headers(referer))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        location, retry_after = (answer.headers.get(name, "") for name in ("Location", "Retry-After"))
        return Page(answer.status, location, text, time.monotonic() - begun, retry_after)

    def _connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def _headers(self, referer: str) -> dict[str, str]:
        return {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "Referer": f"https://{HOST}{referer}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
