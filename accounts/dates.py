"""Moments and days in words, in the vendor's time zone, each moment with its zone."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


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
