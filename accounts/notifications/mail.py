"""Send an e-mail with a total timeout: the sender always continues within its lease.

A socket timeout applies to each read or write, and a DNS lookup has none. So a separate thread talks to the server.
When the time is up, its connection is shut down and the thread is abandoned. accounts/sms/post.py does the same.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from smtplib import SMTPException
from threading import Event, Thread
from typing import Any

from django.core.mail import EmailMessage, get_connection

TIMEOUT = 9.5  # seconds in total: the sender's lease allows for 10


@dataclass
class _Exchange:
    """State shared by the thread and its caller."""

    mail: EmailMessage
    connection: Any  # Django's mail backend; the SMTP one has a `connection` with a `sock` while it is open
    is_over: Event = field(default_factory=Event)
    is_cut: bool = False
    failure: Exception | None = None

    def run(self) -> None:
        try:
            self._talk()
        except Exception as error:  # the thread boundary: send_with_timeout raises it in the caller's thread
            self.failure = error
        self.is_over.set()
        with suppress(SMTPException, OSError):
            self.connection.close()

    def _talk(self) -> None:
        self.connection.open()
        if not self.is_cut:
            self.connection.send_messages([self.mail])

    def cut(self) -> None:
        """Shut the connection down. If it is not open yet, `is_cut` stops the mail when it opens later."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.connection.connection.sock.shutdown(socket.SHUT_RDWR)


def send_with_timeout(mail: EmailMessage, timeout: float = TIMEOUT) -> None:
    """Send the mail on a new connection. Raise what Django's backend raises, and TimeoutError after `timeout` seconds.

    The server's reply to the message is the outcome. The caller does not wait for QUIT.
    """
    # The socket's own limit is longer. At the same length, either could end the wait, each with its own error.
    exchange = _Exchange(mail, get_connection(timeout=2 * timeout))
    Thread(target=exchange.run, daemon=True).start()
    if not exchange.is_over.wait(timeout):
        exchange.cut()
        raise TimeoutError
    if exchange.failure is not None:
        raise exchange.failure
