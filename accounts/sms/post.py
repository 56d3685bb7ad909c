"""One HTTP POST with an end: whatever the network does, the caller has an answer within SEND_WITHIN.

A socket's time-out counts from byte to byte, and the look-up of a name has none at all. So the exchange runs in a
thread of its own, which is left behind (its connection cut) when the time is up.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import SplitResult

from accounts.sms.contract import SEND_WITHIN

LONGEST_BODY = 64 * 1024


@dataclass(frozen=True)
class Patience:
    """In seconds: for one address to connect, for all of it."""

    connect: float = 3.0
    end: float = SEND_WITHIN - 0.5


PATIENCE = Patience()


class Unreachable(Exception):
    """No answer: the text is a word, without the address."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes  # at most LONGEST_BODY; empty if it did not come in time


@dataclass
class _Exchange:
    """What the thread and its caller share."""

    connection: http.client.HTTPConnection
    patience: Patience
    status: int = 0
    body: bytes = b""
    problem: str = field(default="timeout")

    def run(self, path: str, headers: Mapping[str, str], content: bytes) -> None:
        try:
            self._talk(path, headers, content)
        except TimeoutError:
            self.problem = "timeout"
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.problem = type(error).__name__
        finally:
            self.connection.close()

    def _talk(self, path: str, headers: Mapping[str, str], content: bytes) -> None:
        self.connection.connect()
        self.connection.sock.settimeout(self.patience.end)
        self.connection.request("POST", path, content, dict(headers))
        response = self.connection.getresponse()
        self.status = response.status
        self.body = response.read(LONGEST_BODY)


def post(url: SplitResult, headers: Mapping[str, str], content: bytes, patience: Patience = PATIENCE) -> Reply:
    """Post once: no redirect is followed, no proxy used. Raise Unreachable without a status in time.

    A status that came is the answer, even if the rest of the reply does not follow.
    """
    exchange = _Exchange(_connection(url, patience), patience)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    thread = Thread(target=exchange.run, args=(path, headers, content), daemon=True)
    thread.start()
    thread.join(patience.end)
    if thread.is_alive():
        _cut(exchange.connection)
    if not exchange.status:
        raise Unreachable(exchange.problem)
    return Reply(exchange.status, exchange.body)


def _connection(url: SplitResult, patience: Patience) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=patience.connect)


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
