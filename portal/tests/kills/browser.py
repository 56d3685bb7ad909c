"""A minimal HTTP client of a user: cookies, the forms of a page, and the headers of a proxy."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from accounts.tests.factories import PASSWORD
from portal.tests.kills.system import HOST

PATIENCE = 60.0  # seconds: a timeout against hanging tests
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

    def sign_in(self, username: str) -> None:
        """Sign in, and try again while too many others do."""
        page = self.send("/accounts/login/", username=username, password=PASSWORD)
        while page.status == 503:
            page = self.send("/accounts/login/", username=username, password=PASSWORD)
        assert page.status == 303, (username, page.status, page.text[:2000])

    def get(self, path: str) -> Page:
        return self._ask("GET", path, {})

    def send(self, path: str, to: str = "", **fields: str) -> Page:
        """Open the page and post its form, to the same URL or to `to`."""
        token = token_in(self.get(path))
        return self._ask("POST", to or path, {**fields, "csrfmiddlewaretoken": token}, path)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        """Post a form that was opened before, with its token among the fields."""
        return self._ask("POST", path, fields, path)

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
