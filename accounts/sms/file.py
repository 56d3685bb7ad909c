"""SMS backend that appends each message as one JSON line to the file SMS_FILE. The demo uses it."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from accounts.sms.contract import SmsBackend, Unavailable


class FileBackend(SmsBackend):
    """The file contains codes and full phone numbers, so only its owner may read it (mode 600)."""

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        sent_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        message = {"channel": "sms", "to": to, "subject": "", "body": body, "sent_at": sent_at}
        try:
            _append(Path(settings.SMS_FILE), json.dumps(message, ensure_ascii=False) + "\n")
        except OSError as error:
            raise Unavailable(f"file-{error.errno}") from None
        return ""


def _append(path: Path, line: str) -> None:
    """Append the line under an exclusive file lock, so that the lines of concurrent processes do not mix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(descriptor, "ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        remaining = memoryview(line.encode())
        while remaining:
            remaining = remaining[file.write(remaining) or 0 :]
