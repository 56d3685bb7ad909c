"""E-mail backend of the demo: appends each message to MESSAGES_FILE, which /demo/messages/ shows, and sends nothing."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MessageFileBackend(BaseEmailBackend):
    """Writes one JSON line per recipient, under a file lock."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        lines = [_line(message, to, sent_at) for message in email_messages for to in message.recipients()]
        _append(Path(settings.MESSAGES_FILE), "".join(lines))
        return len(email_messages)


def _line(message: EmailMessage, to: str, sent_at: str) -> str:
    sent = {"channel": "email", "to": to, "subject": message.subject, "body": message.body, "sent_at": sent_at}
    return json.dumps({name: str(value) for name, value in sent.items()}, ensure_ascii=False) + "\n"


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text)
