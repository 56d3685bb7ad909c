"""Hands an e-mail to the mail server, with an end: whatever the network does, the sender goes on in time.

A socket's time-out counts from step to step, and the look-up of a name has none at all. So the exchange runs in a
thread of its own, which is left behind (its line cut) when the time is up; accounts/sms/post.py does the same.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from smtplib import SMTPException
from threading import Event, Thread
from typing import Any

from django.core.mail import EmailMessage, get_connection

END = 9.5  # seconds for all of it: the sender's lease is written for 10


@dataclass
class _Exchange:
    """What the thread and its caller share."""

    mail: EmailMessage
    connection: Any  # Django's backend; that of SMTP has a `connection` with a `sock` once it is open
    is_over: Event = field(default_factory=Event)
    is_cut: bool = False
    failure: Exception | None = None

    def run(self) -> None:
        try:
            self._talk()
        except Exception as error:  # the boundary of the thread: it is raised again in the caller's
            self.failure = error
        self.is_over.set()
        with suppress(SMTPException, OSError):
            self.connection.close()

    def _talk(self) -> None:
        self.connection.open()
        if not self.is_cut:
            self.connection.send_messages([self.mail])

    def cut(self) -> None:
        """A line that is not open yet cannot be cut: it carries nothing when it opens after all."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.connection.connection.sock.shutdown(socket.SHUT_RDWR)


def hand_over(mail: EmailMessage, end: float = END) -> None:
    """Send the mail on a line of its own. Raise what Django's backend raises, and TimeoutError after `end` seconds.

    The server's word is the outcome: nobody waits for its good-bye.
    """
    exchange = _Exchange(mail, get_connection(timeout=end))
    Thread(target=exchange.run, daemon=True).start()
    if not exchange.is_over.wait(end):
        exchange.cut()
        raise TimeoutError
    if exchange.failure is not None:
        raise exchange.failure
