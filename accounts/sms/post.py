"""One HTTP POST with a total timeout: the caller has an answer within SEND_WITHIN, whatever the network does.

A socket timeout applies to each read or write, and a DNS lookup has none. So the request runs in a separate thread.
When the time is up, its connection is shut down and the thread is abandoned.
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
class Timeouts:
    """Seconds to connect to one address, and for the whole request."""

    connect: float = 3.0
    total: float = SEND_WITHIN - 0.5


DEFAULT_TIMEOUTS = Timeouts()


class Unreachable(Exception):
    """There was no response in time. The text is a word, without the address."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes  # at most LONGEST_BODY; empty if it did not arrive in time


@dataclass
class _Exchange:
    """State shared by the thread and its caller."""

    connection: http.client.HTTPConnection
    timeouts: Timeouts
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
        self.connection.sock.settimeout(self.timeouts.total)
        self.connection.request("POST", path, content, dict(headers))
        response = self.connection.getresponse()
        self.status = response.status
        self.body = response.read(LONGEST_BODY)


def post(url: SplitResult, headers: Mapping[str, str], content: bytes, timeouts: Timeouts = DEFAULT_TIMEOUTS) -> Reply:
    """Post once, without following redirects and without a proxy. Raise Unreachable if no status arrives in time.

    Once the status has arrived, it is the answer, even if the body does not follow.
    """
    exchange = _Exchange(_connection(url, timeouts), timeouts)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    thread = Thread(target=exchange.run, args=(path, headers, content), daemon=True)
    thread.start()
    thread.join(timeouts.total)
    if thread.is_alive():
        _cut(exchange.connection)
    if not exchange.status:
        raise Unreachable(exchange.problem)
    return Reply(exchange.status, exchange.body)


def _connection(url: SplitResult, timeouts: Timeouts) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=timeouts.connect)


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
