"""Moments and days in words and as `<time>`, in the vendor's time zone, each moment with its zone."""

from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext


def utc_offset(at: datetime) -> str:
    """`UTC+01:00`: the offset of the vendor's zone at that moment."""
    offset = timezone.localtime(at, timezone.get_default_timezone()).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def moment_words(at: datetime) -> str:
    """`13 November 2025, 09:42 (UTC+01:00)`."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{date_format(local, 'j F Y, H:i')} ({utc_offset(at)})"


def day_words(day: date) -> str:
    """`13 November 2025`."""
    return date_format(day, "j F Y")


def billing_month(start: datetime) -> str:
    """`August 2026`: the billing period that starts then. Billing periods are in UTC, whatever the vendor's zone."""
    return date_format(start.astimezone(UTC), "F Y")


def stamp(at: datetime) -> str:
    """The moment in ISO 8601, UTC to the second: what `<time datetime>` holds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_element(at: datetime | None) -> SafeString:
    """A moment in words inside a `<time>`; nothing without a moment."""
    return SafeString() if at is None else format_html('<time datetime="{}">{}</time>', stamp(at), moment_words(at))


def days_left(at: datetime) -> str:
    """The distance in calendar days of the vendor's zone: `2 days left`, `Due today`, `Overdue`."""
    here = timezone.get_default_timezone()
    days = (timezone.localtime(at, here).date() - timezone.localtime(timezone=here).date()).days
    if at <= timezone.now():
        return _("Overdue")
    if days == 0:
        return _("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
