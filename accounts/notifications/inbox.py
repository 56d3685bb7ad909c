"""The inbox, grouped by the page that its notifications lead to: a request, or the account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Event, Notification, Tenant, User
from accounts.notifications.rendering import render
from accounts.references import path_of

ICONS: dict[str, str] = {
    Event.REQUESTED: "send",
    Event.REMINDER: "clock",
    Event.APPROVED: "passed",
    Event.REJECTED: "failed",
    Event.WITHDRAWN: "undo",
    Event.BLOCKED: "warning",
    Event.COMPLETED: "unlink",
    Event.CODE_LOCKED: "lock",
    Event.NUMBER_CHANGED: "phone",
}


@dataclass(frozen=True)
class Entry:
    title: str
    text: str
    icon: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Group:
    """What leads to one page. `reference` is that of the request, or "" for the account."""

    title: str
    reference: str
    href: str
    entries: list[Entry]


def groups(rows: Iterable[Notification], reader: User) -> list[Group]:
    """Render the rows, all of them addressed to `reader`, without a query. The group of the first row comes first."""
    found: dict[str, Group] = {}
    for row in rows:
        row.recipient = reader
        group = found.setdefault(row.reference, _group(row, reader))
        group.entries.append(_entry(row))
    return list(found.values())


def _group(row: Notification, reader: User) -> Group:
    if not row.reference:
        return Group(_("Your account"), "", reverse("accounts:account"), [])
    return Group(_title(row, reader), row.reference, path_of(row.reference), [])


def _title(row: Notification, reader: User) -> str:
    is_customer = reader.tenant is not None and reader.tenant.kind == Tenant.Kind.CUSTOMER
    other = row.context.get("partner_name" if is_customer else "customer_name", "")
    return _("Request to end the association with %(name)s") % {"name": other} if other else _("Request")


def _entry(row: Notification) -> Entry:
    message = render(row)
    return Entry(message.subject, message.sms, ICONS.get(row.event, "info"), row.created_at, row.read_at is None)
