"""Parse single cells: nulls, timestamps and currencies, in every unambiguous spelling."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from django.utils.translation import gettext as _, gettext_lazy

from accounts.billing.currencies import CURRENCIES
from accounts.source_keys import clean, provider_of

YEARS = range(1971, 9999)  # valid in every time zone and on both databases
MAX_KEY = MAX_NAME = 200
SHOWN = 40  # characters of a cell that a message quotes
NULLS = frozenset({"", "null", "nil", "none", "n/a", "nan", "-", r"\n", "unassigned"})
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r" ?(?:(?P<offset>[+-]\d\d(?::?\d\d)?)|Z|UTC|GMT|[+-]00:?00 UTC)?",
    re.IGNORECASE | re.ASCII,
)
# Descriptions of refused dates for the error message. The first match is used.
_FORMS = (
    (r"\d+(\.\d+)?([eE]\+?\d+)?", gettext_lazy("a number, perhaps a Unix timestamp")),
    (r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.*", gettext_lazy("ambiguous: day and month could be swapped")),
    (r"\d{4}-\d{1,2}", gettext_lazy("a month without a day")),
    (r"\d{4}-\d\d-\d\d.*", gettext_lazy("not a valid date and time, or has an unknown time zone")),
    (r"\d{4}-\d{1,2}-\d{1,2}\b.*", gettext_lazy("a date without leading zeros")),
    (r"\d{4}/.*", gettext_lazy("a date with slashes")),
)


class BadCell(Exception):
    """A cell cannot be parsed; the message names its column and quotes the cell."""


def text_of(cell: str) -> str:
    """Return the visible text of a cell, empty for a null. FOCUS writes nulls as empty cells, exports also as words."""
    text = clean(cell)
    return "" if text.casefold() in NULLS else text


def key_of(cell: str, provider: str) -> str:
    """Return the ID in a cell, empty for a null of any export or of this provider."""
    text = text_of(cell)
    return "" if text in provider_of(provider).nulls else text


def moment_of(column: str, text: str) -> str:
    """Return the timestamp in UTC as ISO 8601, which sorts as text; empty for a null."""
    if not text:
        return ""
    found = _MOMENT.fullmatch(text)
    at = _moment(found) if found else None
    if at is None or at.year not in YEARS:
        words = {"column": column, "cell": text[:SHOWN], "form": _describe(text)}
        raise BadCell(_("%(column)s is not an ISO 8601 date such as 2024-09-01: %(cell)s is %(form)s") % words)
    return at.astimezone(UTC).isoformat()


def _moment(found: re.Match[str]) -> datetime | None:
    part = found.groupdict(default="0")
    try:
        day = datetime.strptime(part["date"].replace("-", ""), "%Y%m%d").replace(tzinfo=_zone(found["offset"]))
        microsecond = int(part["fraction"][:6].ljust(6, "0"))
        return day.replace(
            hour=int(part["hour"]), minute=int(part["minute"]), second=int(part["second"]), microsecond=microsecond
        )
    except ValueError:
        return None


def _zone(offset: str | None) -> timezone:
    """Parse `+02:00`, `+0200` or `+02`. A FOCUS timestamp without an offset is in UTC."""
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if offset[0] == "-" else distance)


def _describe(text: str) -> str:
    form = next((name for pattern, name in _FORMS if re.fullmatch(pattern, text, re.ASCII)), _("not a date"))
    return str(form)


def currency_of(column: str, text: str) -> str:
    """Return the ISO 4217 code in upper case; empty for a null."""
    code = text.upper() if text.isascii() else text
    if code and code not in CURRENCIES:
        message = _("%(column)s is not an ISO 4217 code such as EUR: %(cell)s")
        raise BadCell(message % {"column": column, "cell": text[:SHOWN]})
    return code
