"""Sending an e-mail with a total timeout, to slow and silent mail servers."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts.notifications.mail import TIMEOUT, send_with_timeout
from accounts.sms.contract import SEND_WITHIN

SHORT_TIMEOUT = 0.6
LONG_TIMEOUT = 30.0  # seconds: a bound, never a measure


class MailServer(socketserver.ThreadingTCPServer):
    """A minimal SMTP server. `before` is called before each response."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.before: Before = lambda conversation, word, line: None
        self.taken: list[bytes] = []
        self.left = threading.Event()  # a client hung up
        self.end = threading.Event()


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with suppress(OSError):  # a client that hangs up in the middle resets the connection
            self.converse()
        self.server.left.set()

    def converse(self) -> None:
        self.say("GREETING", "220 here")
        for line in self.rfile:
            word = line[:4].decode().strip().upper()
            self.say(word, "354 go on" if word == "DATA" else "221 bye" if word == "QUIT" else "250 well")
            if word == "DATA":
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("CONTENT", "250 taken")

    def say(self, word: str, line: str) -> None:
        self.server.before(self, word, line)
        self.wfile.write(f"{line}\r\n".encode())

    def drip(self, line: str) -> None:
        """Send the response byte by byte, each within the socket timeout."""
        while not self.server.end.wait(0.05):
            self.wfile.write(f"{line[:3]}-wait\r\n".encode())


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address[:2]
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.end.set()
        running.shutdown()
        thread.join()


Before = Callable[[Conversation, str, str], None]  # with the word that is answered and the answer


def mail() -> EmailMessage:
    return EmailMessage("Subject", "Text", "no-reply@portal.example", ["dana@people.example"])


def drip_at(word: str) -> Before:
    return lambda conversation, asked, line: conversation.drip(line) if asked == word else None


def wait_at(word: str) -> Before:
    def wait(conversation: Conversation, asked: str, line: str) -> None:
        if asked == word:
            conversation.server.end.wait(LONG_TIMEOUT)

    return wait


def test_mail_is_sent(server: MailServer) -> None:
    send_with_timeout(mail())
    assert len(server.taken) == 1


@pytest.mark.parametrize("word", ["GREETING", "MAIL", "CONTENT"])
def test_slow_server_is_abandoned_at_the_timeout(server: MailServer, word: str) -> None:
    server.before = drip_at(word)
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)


def test_connection_to_a_silent_server_is_shut_down(server: MailServer) -> None:
    server.before = wait_at("MAIL")
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)
    server.end.set()
    assert server.left.wait(LONG_TIMEOUT)
    assert server.taken == []


def test_server_that_greets_after_the_timeout_gets_no_mail(server: MailServer) -> None:
    server.before = drip_at("GREETING")
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)
    server.end.set()
    assert server.left.wait(LONG_TIMEOUT)
    assert server.taken == []


def test_accepted_mail_counts_as_sent_without_quit(server: MailServer) -> None:
    server.before = wait_at("QUIT")
    send_with_timeout(mail(), LONG_TIMEOUT)
    assert len(server.taken) == 1


def test_mail_timeout_is_shorter_than_the_sending_limit() -> None:
    assert TIMEOUT < SEND_WITHIN
