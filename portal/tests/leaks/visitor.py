"""Somebody at a browser without JavaScript, who writes down every address, cookie and page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Record:
    """What passed between all browsers and the portal."""

    urls: list[str] = field(default_factory=list)  # asked for, in full
    referers: list[str] = field(default_factory=list)
    locations: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)  # as they were set
    policies: set[str] = field(default_factory=set)  # what pages say about the Referer
    pages: list[tuple[str, str]] = field(default_factory=list)  # address and text
    statuses: set[int] = field(default_factory=set)


@dataclass
class Visitor:
    port: int
    record: Record
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""
    at: str = ""

    def get(self, path: str, authorization: str = "") -> str:
        return self._ask("GET", path, authorization=authorization)

    def post(self, path: str, **fields: str) -> str:
        """Send the fields with the hidden ones of the page that is open."""
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page)}
        token = TOKEN.search(self.page)
        assert token, f"No form is open at {self.at}"
        hidden.pop("next", None)
        return self._ask("POST", path, {**hidden, "csrfmiddlewaretoken": token[1], **fields})

    def sign_in(self, username: str, password: str) -> str:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", username=username, password=password)

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None, authorization: str = "") -> str:
        url = urljoin(f"http://localhost:{self.port}/", path)
        headers = {"Host": f"localhost:{self.port}", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if self.at:
            headers["Referer"] = self.at
            self.record.referers.append(self.at)
        if authorization:
            headers["Authorization"] = authorization
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.record.urls.append(url)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, url.partition(f":{self.port}")[2], urlencode(fields or {}), headers)
        answer = connection.getresponse()
        self.page = answer.read().decode()
        connection.close()
        self.record.statuses.add(answer.status)
        for value in answer.headers.get_all("Set-Cookie") or []:
            self._keep(value)
        location = answer.headers.get("Location")
        if location:
            self.record.locations.append(location)
            return self._ask("GET", urlsplit(urljoin(url, location))._replace(scheme="", netloc="").geturl())
        self.record.policies.add(answer.headers.get("Referrer-Policy", ""))
        self.record.pages.append((url, self.page))
        self.at = url
        return self.page

    def _keep(self, header: str) -> None:
        self.record.cookies.append(header)
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
