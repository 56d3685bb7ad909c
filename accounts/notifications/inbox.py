"""Entries of the inbox: each notification rendered for its reader, with a link to the page that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Event, Notification, User
from accounts.notifications.rendering import render
from accounts.references import path_of

ABOUT_THE_ACCOUNT = frozenset({Event.CODE_LOCKED, Event.NUMBER_CHANGED})


@dataclass(frozen=True)
class Entry:
    title: str
    text: str
    at: datetime
    is_unread: bool
    reference: str
    href: str
    link: str

    @property
    def month(self) -> date:
        return timezone.localtime(self.at, timezone.get_default_timezone()).date().replace(day=1)


def entries(rows: Iterable[Notification], reader: User) -> list[Entry]:
    """Render the rows, all of them addressed to `reader`, without a query."""
    return [_entry(row, reader) for row in rows]


def _entry(row: Notification, reader: User) -> Entry:
    row.recipient = reader
    message = render(row)
    href, link = _target(row)
    return Entry(message.subject, message.sms, row.created_at, row.read_at is None, row.reference, href, link)


def _target(row: Notification) -> tuple[str, str]:
    if row.reference:
        return path_of(row.reference), _("View request")
    if row.event in ABOUT_THE_ACCOUNT:
        return reverse("accounts:account"), _("View number")
    return "", ""
