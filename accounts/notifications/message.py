"""Message: a notification in words, in its recipient's language."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class Message:
    """Only the parts that the channel asks for are filled in."""

    subject: str = ""
    text: str = ""
    html: str = ""
    sms: str = ""


def public_host() -> str:
    """The host that messages name: from PUBLIC_URL, never from a request, which anybody can forge."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
