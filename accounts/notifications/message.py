"""Message: a notification in words, in its recipient's language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """Only the parts that the channel asks for are filled in."""

    subject: str = ""
    text: str = ""
    html: str = ""
    sms: str = ""
