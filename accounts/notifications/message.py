"""Message: a notification rendered in its recipient's language."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from accounts.addresses import ascii_domain


@dataclass(frozen=True)
class Message:
    """The rendered parts of a notification. Parts that the channel does not use are empty."""

    subject: str = ""
    text: str = ""
    html: str = ""
    sms: str = ""


def public_host() -> str:
    """Return the host name for messages, from PUBLIC_URL, in ASCII. A request's Host header could be forged."""
    return ascii_domain(urlsplit(settings.PUBLIC_URL).hostname or "localhost")
