"""A local SMS provider and mail server that record their messages and respond as configured."""

from __future__ import annotations

import email.policy
import json
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW = 9.0  # seconds until a slow receiver responds
CODE = re.compile(r"@\S+ #(\d{6})\s*$")


class Mode(Enum):
    NORMAL = "takes the message and says so"
    SLOW = "takes the message and says so nine seconds later"
    FAILING = "takes nothing and says that it may be tried later"
    CUT = "takes the message and cuts the line without a word"
    TWICE = "takes the message and says so twice"


@dataclass(frozen=True)
class Delivery:
    """A received message. `is_taken` is False if the receiver refused it."""

    channel: str
    key: str
    to: str
    text: str
    at: float  # time.monotonic()
    is_taken: bool


@dataclass
class Receiver:
    sms_port: int = 0
    mail_port: int = 0
    latency: float = 0.0  # seconds until it responds normally
    modes: dict[str, Mode] = field(default_factory=lambda: {"sms": Mode.NORMAL, "email": Mode.NORMAL})
    deliveries: list[Delivery] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    ended: threading.Event = field(default_factory=threading.Event)

    def take(self, channel: str, key: str, to: str, text: str) -> Mode:
        """Record the message, wait as configured, and return how to respond."""
        mode = self.modes[channel]
        with self.changed:
            self.deliveries.append(Delivery(channel, key, to, text, time.monotonic(), mode is not Mode.FAILING))
            self.changed.notify_all()
        self.ended.wait(SLOW if mode is Mode.SLOW else self.latency)
        return mode

    def taken(self, channel: str = "") -> list[Delivery]:
        with self.changed:
            return [d for d in self.deliveries if d.is_taken and channel in ("", d.channel)]

    def wait_until(self, look: Callable[[], bool], within: float) -> bool:
        """Evaluate `look` at each delivery and once a second, for at most `within` seconds."""
        until = time.monotonic() + within
        with self.changed:
            while not look():
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(1.0, left))
        return True

    def code_for(self, number: str, within: float) -> str | None:
        """Return the newest code that was sent to the number, and wait for the first."""

        def look() -> bool:
            return any(d.to == number and CODE.search(d.text) for d in self.deliveries)

        if not self.wait_until(look, within):
            return None
        codes = [found[1] for d in self.deliveries if d.to == number and (found := CODE.search(d.text))]
        return codes[-1]


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    servers = [_SmsServer(receiver), _MailServer(receiver)]
    receiver.sms_port, receiver.mail_port = (server.server_address[1] for server in servers)
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


class _SmsServer(ThreadingHTTPServer):
    """Accepts JSON with `to` and `text`, and the documented Idempotency-Key header."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), _SmsHandler)
        self.receiver = receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Do not log clients that were killed."""


class _SmsHandler(BaseHTTPRequestHandler):
    server: _SmsServer

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = self.server.receiver.take("sms", self.headers["Idempotency-Key"], content["to"], content["text"])
        if mode is Mode.CUT:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        for _ in range(2 if mode is Mode.TWICE else 1):
            self._say(500 if mode is Mode.FAILING else 200)

    def _say(self, status: int) -> None:
        body = b'{"id": "taken"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Do not log."""


class _MailServer(socketserver.ThreadingTCPServer):
    """A minimal SMTP server without login and encryption."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    allow_reuse_address = True

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.receiver = receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Do not log clients that were killed."""


class _MailHandler(socketserver.StreamRequestHandler):
    server: _MailServer
    to = ""

    def handle(self) -> None:
        self._say("220 receiver.example")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                self.to = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                if not self._take():
                    return
            else:
                self._say("221 bye" if verb == b"QUIT" else "250 receiver.example")
            if verb == b"QUIT":
                return

    def _take(self) -> bool:
        """Receive the message. Return False if the connection is lost."""
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the client is gone, so nothing was received
            lines.append(line.removeprefix(b"."))
        message = message_from_bytes(b"".join(lines), policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        mode = self.server.receiver.take("email", str(message["Idempotency-Key"]), self.to, text)
        if mode is Mode.CUT:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        for _ in range(2 if mode is Mode.TWICE else 1):
            self._say("451 busy" if mode is Mode.FAILING else "250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
