"""Reads single cells: nulls, moments and currencies, in every spelling that can mean one thing only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from django.utils.translation import gettext as _, gettext_lazy

from accounts.billing.currencies import CURRENCIES
from accounts.source_keys import clean, provider_of

YEARS = range(1971, 9999)  # that every time zone and both databases can hold
MAX_KEY = MAX_NAME = 200
SHOWN = 40  # characters of a cell in a message
NULLS = frozenset({"", "null", "nil", "none", "n/a", "nan", "-", r"\n", "unassigned"})
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r" ?(?:(?P<offset>[+-]\d\d(?::?\d\d)?)|Z|UTC|GMT|[+-]00:?00 UTC)?",
    re.IGNORECASE | re.ASCII,
)
# What a date that is refused looks like, the first that fits: told, so that the export can be put right.
_FORMS = (
    (r"\d+(\.\d+)?([eE]\+?\d+)?", gettext_lazy("a number, perhaps of seconds")),
    (r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.*", gettext_lazy("a date whose day and month can be mistaken for each other")),
    (r"\d{4}-\d{1,2}", gettext_lazy("a month without a day")),
    (r"\d{4}-\d\d-\d\d.*", gettext_lazy("no moment of the calendar, or one with an unknown ending")),
    (r"\d{4}-\d{1,2}-\d{1,2}\b.*", gettext_lazy("a date without leading zeros")),
    (r"\d{4}/.*", gettext_lazy("a date with slashes")),
)


class BadCell(Exception):
    """A cell cannot be read; the message names its column and says what was found."""


def text_of(cell: str) -> str:
    """Return what people see of a cell. FOCUS writes a null as an empty cell; exports write words for it."""
    text = clean(cell)
    return "" if text.casefold() in NULLS else text


def key_of(cell: str, provider: str) -> str:
    """Return the ID in a cell, by the nulls of its provider, too."""
    text = text_of(cell)
    return "" if text in provider_of(provider).nulls else text


def moment_of(column: str, text: str) -> str:
    """Return the moment in UTC as ISO 8601, which sorts as text; nothing where the cell is null."""
    if not text:
        return ""
    found = _MOMENT.fullmatch(text)
    at = _moment(found) if found else None
    if at is None or at.year not in YEARS:
        words = {"column": column, "cell": text[:SHOWN], "form": _form_of(text)}
        raise BadCell(_("%(column)s is not a date of ISO 8601: %(cell)s is %(form)s") % words)
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
    """`+02:00`, `+0200` or `+02`. Without an offset a moment of FOCUS is in UTC."""
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if offset[0] == "-" else distance)


def _form_of(text: str) -> str:
    form = next((name for pattern, name in _FORMS if re.fullmatch(pattern, text, re.ASCII)), _("no date"))
    return str(form)


def currency_of(column: str, text: str) -> str:
    """Return the code of ISO 4217 in capitals; nothing where the cell is null."""
    code = text.upper() if text.isascii() else text
    if code and code not in CURRENCIES:
        raise BadCell(_("%(column)s is not a code of ISO 4217: %(cell)s") % {"column": column, "cell": text[:SHOWN]})
    return code
