"""Sends one hostile request and says what is wrong with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from django.test import Client
from django.urls import resolve

from portal.tests.hostile import world
from portal.tests.hostile.discovery import Target
from portal.tests.hostile.values import Pairs, encoded
from portal.tests.hostile.watch import faults_of, watching

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answered:
    status_code: int
    location: str
    text: str
    tables: frozenset[str]  # those that were written to


@dataclass
class Attacker:
    """One role with its session. After each attack the world is as it was."""

    role: str
    sent: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cookies = world.client_of(self.role).cookies

    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        client.cookies.load({name: morsel.value for name, morsel in self.cookies.items()})
        return client

    def pairs(self, target: Target, pairs: Iterable[tuple[str, bytes]], what: str) -> Answered:
        """Send the pairs the way the target is sent to: in the address or as a form."""
        raw = encoded(pairs)
        if target.method == "GET":
            return self.send("GET", target.path, f"{target}: {what}", query=raw)
        return self.send("POST", target.path, f"{target}: {what}", body=raw)

    def send(
        self,
        method: str,
        path: str,
        what: str,
        *,
        body: bytes = b"",
        kind: str = FORM,
        query: bytes = b"",
        **extra: Any,
    ) -> Answered:
        address = f"{path}{'&' if '?' in path else '?'}{query.decode('latin-1')}" if query else path
        client = self.client()
        with world.undone() as undo:
            with watching() as watched:
                response: Any = client.generic(method, address, body, content_type=kind, **extra)
                if response.streaming:
                    b"".join(response.streaming_content)
            faults = faults_of(response, watched, is_read=method in ("GET", "HEAD", "OPTIONS"))
            if method == "POST" and response.status_code in (302, 303):
                faults += self._after(client, path, response["Location"])
            undo()
        self.sent += 1
        self.refused += response.status_code >= 400
        self.faults += [f"{what}: {fault}" for fault in faults]
        text = "" if response.streaming else response.content.decode(errors="replace")
        return Answered(response.status_code, response.get("Location", ""), text, frozenset(watched.tables))

    def _after(self, client: Client, path: str, location: str) -> list[str]:
        """What was taken is shown on the next page, and does not break it."""
        if not leads_home(location):
            return [f"redirects to {location[:80]}"]
        if location.startswith("/accounts/login/"):
            return []
        with watching() as watched:
            response: Any = client.get(urljoin(path, location))
            return [f"then {fault}" for fault in faults_of(response, watched, is_read=False)]


def leads_home(location: str) -> bool:
    """Whether a browser that stands on a page of ours stays: it takes a backslash for a slash, and drops tabs."""
    plain = location.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip("".join(map(chr, range(33))))
    target = urlsplit(urljoin("http://testserver/accounts/login/", plain))
    return (target.scheme, target.netloc) == ("http", "testserver")


def with_value(target: Target, name: str, value: bytes) -> Pairs:
    """What an honest person sends, but for one field that has the value."""
    sent = [(key, value if key == name else honest) for key, honest in target.pairs()]
    return sent if name in dict(sent) else [*sent, (name, value)]


def altogether(target: Target, value: bytes) -> Pairs:
    return [(name, value) for name in target.names]


def addresses(target: Target, value: bytes) -> Iterator[tuple[str, str]]:
    """The target's address with each part that its route captures replaced by the value."""
    raw = target.path.encode()
    path, mark, query = raw.partition(b"?")
    for name, captured in resolve(target.path.partition("?")[0]).kwargs.items():
        part = quote_from_bytes(value[:2000], safe="").encode()
        before, found, after = path.rpartition(f"/{captured}/".encode())
        if found:
            yield name, (before + b"/" + part + b"/" + after + mark + query).decode()
