"""Moments and days in words, in the vendor's time zone, each moment with its zone."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

SOON = timedelta(minutes=2)


def utc_offset(at: datetime) -> str:
    """`UTC+01:00`: the offset of the vendor's zone at that moment."""
    offset = timezone.localtime(at, timezone.get_default_timezone()).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def moment_words(at: datetime) -> str:
    """`13 November 2025, 09:42 (UTC+01:00)`."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{date_format(local, 'j F Y, H:i')} ({utc_offset(at)})"


def is_soon(at: datetime) -> bool:
    """Whether `at` is so near that people count the seconds."""
    return at - timezone.now() < SOON


def soon_words(at: datetime) -> str:
    """`09:42:37` while it is soon, beside a moment that names the zone; else as `moment_words`."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return date_format(local, "H:i:s") if is_soon(at) else moment_words(at)


def day_words(day: date) -> str:
    """`13 November 2025`."""
    return date_format(day, "j F Y")
