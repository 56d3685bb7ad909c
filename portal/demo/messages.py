"""The messages of the demo: e-mails and text messages from MESSAGES_FILE, and the inbox rows."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from accounts.models import Channel, Notification
from accounts.notifications.rendering import render
from portal.demo.readers import Reader, readers_of

SHOWN = 500
GLYPHS = {"email": "mail", "sms": "message", "portal": "bell"}


@dataclass(frozen=True)
class Sent:
    channel: str  # email, sms or portal
    to: str  # unmasked; portal: the username
    subject: str
    body: str
    sent_at: str  # ISO 8601 UTC, ends in Z

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.sent_at)

    @property
    def way(self) -> str:
        return str(Channel(self.channel).label)

    @property
    def glyph(self) -> str:
        return GLYPHS[self.channel]

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Shown:
    """A message with its reader, or None if nobody has its address any more."""

    sent: Sent
    reader: Reader | None


def with_readers(messages: list[Sent]) -> list[Shown]:
    readers = readers_of({sent.to for sent in messages})
    return [Shown(sent, readers.get(sent.to)) for sent in messages]


def all_messages() -> list[Sent]:
    """Return the newest messages of all channels, newest first."""
    found = [*_in_file(Path(settings.MESSAGES_FILE)), *_in_portal()]
    return sorted(found, key=lambda sent: sent.sent_at, reverse=True)[:SHOWN]


def _in_file(path: Path) -> list[Sent]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[-SHOWN:]  # not splitlines(): a text may contain U+2028
    return [Sent(**json.loads(line)) for line in lines if line.endswith("}")]


def _in_portal() -> list[Sent]:
    rows = (
        Notification.objects.filter(channel=Channel.PORTAL, sent_at__isnull=False)
        .select_related("recipient__tenant", "challenge")
        .order_by("-created_at")[:SHOWN]
    )
    return [_portal_message(row) for row in rows]


def _portal_message(row: Notification) -> Sent:
    message, at = render(row), row.sent_at or row.created_at
    sent_at = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Sent("portal", row.recipient.username, message.subject, message.sms, sent_at)
