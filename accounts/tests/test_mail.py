"""An e-mail is handed over with an end: a mail server may be slow, deaf or silent, and its sender goes on in time."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts.notifications.mail import TIMEOUT, send_with_timeout
from accounts.sms.contract import SEND_WITHIN

SHORT_TIMEOUT = 0.6
LONG_TIMEOUT = 30.0  # seconds: a bound, never a measure


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as the tests need; `before` is called before each answer."""

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
        self.say("GREETING", "220 here")
        for line in self.rfile:
            word = line[:4].decode().strip().upper()
            self.say(word, "354 go on" if word == "DATA" else "221 bye" if word == "QUIT" else "250 well")
            if word == "DATA":
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("CONTENT", "250 taken")
        self.server.left.set()

    def say(self, word: str, line: str) -> None:
        self.server.before(self, word, line)
        self.wfile.write(f"{line}\r\n".encode())

    def drip(self, line: str) -> None:
        """Begin the answer again and again, each time well within any time-out between two bytes."""
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


def test_a_mail_is_handed_over(server: MailServer) -> None:
    send_with_timeout(mail())
    assert len(server.taken) == 1


@pytest.mark.parametrize("word", ["GREETING", "MAIL", "CONTENT"])
def test_a_server_that_drips_is_left_when_the_time_is_up(server: MailServer, word: str) -> None:
    server.before = drip_at(word)
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)


def test_the_line_to_a_server_that_says_nothing_is_cut(server: MailServer) -> None:
    server.before = wait_at("MAIL")
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)
    server.end.set()
    assert server.left.wait(LONG_TIMEOUT)
    assert server.taken == []


def test_a_server_that_greets_after_the_end_gets_no_mail(server: MailServer) -> None:
    server.before = drip_at("GREETING")
    with pytest.raises(TimeoutError):
        send_with_timeout(mail(), SHORT_TIMEOUT)
    server.end.set()
    assert server.left.wait(LONG_TIMEOUT)
    assert server.taken == []


def test_what_was_taken_is_sent_though_the_server_never_says_good_bye(server: MailServer) -> None:
    server.before = wait_at("QUIT")
    send_with_timeout(mail(), LONG_TIMEOUT)
    assert len(server.taken) == 1


def test_the_time_for_a_mail_is_less_than_that_of_every_message() -> None:
    assert TIMEOUT < SEND_WITHIN
