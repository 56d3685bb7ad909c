"""Formats of datetimes and dates, as text and as `<time>`, in the vendor's time zone. Datetimes show their zone."""

from datetime import UTC, date, datetime

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

DAYS_AGO = 30  # an older moment is shown by its date


def local_time(at: datetime) -> datetime:
    """Return the moment in the vendor's zone. The way by UTC turns an hour that the clocks skip into a real one."""
    return timezone.localtime(at.astimezone(UTC), timezone.get_default_timezone())


def utc_offset(at: datetime) -> str:
    """Return the offset of the vendor's zone at that time: `UTC+01:00`."""
    offset = local_time(at).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def moment_words(at: datetime) -> str:
    """Return `13 November 2025, 09:42 (UTC+01:00)`."""
    local = local_time(at)
    return f"{day_words(local)}, {local:%H:%M} ({utc_offset(at)})"


def clock_words(at: datetime) -> str:
    """`09:42 (UTC+01:00)`."""
    local = local_time(at)
    return f"{local:%H:%M} ({utc_offset(at)})"


def day_words(day: date) -> str:
    """Return `13 November 2025`. Django's formats take longer for each letter, so it names the month alone."""
    return f"{day.day} {date_format(day, 'F')} {day.year}"


def short_day_words(day: date) -> str:
    """Return `13 Nov 2025`."""
    return f"{day.day} {date_format(day, 'M')} {day.year}"


def billing_month(start: datetime) -> str:
    """`August 2026`: the billing period that starts then. Billing periods are in UTC, whatever the vendor's zone."""
    return date_format(start.astimezone(UTC), "F Y")


def stamp(at: datetime) -> str:
    """Return the time as ISO 8601 in UTC, to the second, for `<time datetime>`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_element(at: datetime | None) -> SafeString:
    """Return a `<time>` element, or an empty string for None."""
    return SafeString() if at is None else format_html('<time datetime="{}">{}</time>', stamp(at), moment_words(at))


def ago(at: datetime) -> str:
    """Return `2 hours ago` or `3 days ago`, and the date of a moment more than 30 days ago."""
    days = (timezone.now() - at).days
    if days < 1:
        return str(naturaltime(at))
    if days > DAYS_AGO:
        return day_words(local_time(at).date())
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def ago_element(at: datetime) -> SafeString:
    """Return `2 hours ago` as a `<time>` element with the exact time in its title."""
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp(at), moment_words(at), ago(at))


def days_left(at: datetime) -> str:
    """Return `2 days left`, `Due today` or `Overdue`, in calendar days of the vendor's zone."""
    here = timezone.get_default_timezone()
    days = (local_time(at).date() - timezone.localtime(timezone=here).date()).days
    if at <= timezone.now():
        return _("Overdue")
    if days == 0:
        return _("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
