"""Template tags and filters that format values: datetimes, dates, money, masked contact data, icons, status tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from zlib import crc32

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import dates, masking
from accounts.billing.money import Money
from accounts.dates import (
    day_words,
    days_left,
    local_time,
    short_day_words,
    stamp,
    time_element,
    utc_offset,
)
from accounts.frame.tones import tone_of
from accounts.models import Side

register = template.Library()

NONE = '<span class="muted"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span>'


ICON_KINDS = frozenset({"s", "l", "forward", "good", "warn", "bad", "info"})
HUES = 6  # of monogram.css


@lru_cache(maxsize=256)
def _icon(name: str, kinds: str) -> SafeString:
    classes = ["icon", *(f"icon--{kind}" if kind in ICON_KINDS else kind for kind in kinds.split())]
    href = f"{static('img/icons.svg')}#{name}"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', " ".join(classes), href)


@register.simple_tag
def icon(name: str, kinds: str = "") -> SafeString:
    """`{% icon "check" %}`, small `{% icon "down" "s" %}`, large with a class `{% icon "phone" "l task__icon" %}`.

    Put it next to a text, because screen readers skip it.
    """
    return _icon(name, kinds)


@register.simple_tag
def monogram(name: str, key: object, kind: str = "") -> SafeString:
    """`{% monogram tenant.name tenant.public_key "l" %}`: two letters on a colour that is derived from the key.

    Sizes `s` and `l`; `round` for a person. Put it next to the name, because screen readers skip it.
    """
    number = crc32(str(key).encode()) % HUES + 1
    extra = f" monogram--{kind}" if kind else ""
    css = f"monogram monogram--{number}{extra}"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, _initials(name))


def _initials(name: str) -> str:
    """Return the first letters of the first two words, or the first two letters of a single word."""
    words = [word for part in name.split() if (word := "".join(filter(str.isalnum, part)))]
    letters = [word[0] for word in words[:2]] if len(words) > 1 else words[0][:2] if words else ""
    return "".join(letters).upper()


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """Render a datetime in full: `13 November 2025, 09:42 (UTC+01:00)`."""
    return time_element(at) if at else none()


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """Render a past datetime as `2 hours ago`, with the exact one in its `title`."""
    return none() if at is None else dates.ago_element(at)


def _column_zone() -> tzinfo:
    """Return the current UTC offset as a fixed zone for all rows of a table, whatever their daylight saving time."""
    here = timezone.get_default_timezone()
    return timezone.get_fixed_timezone(timezone.localtime(timezone=here).utcoffset() or 0)


@register.simple_tag
def short_moment(at: datetime | None, split: bool = False) -> SafeString:
    """Render `13 Nov 2025, 09:42` for a table cell. The column head shows the zone by `{% zone %}`.

    With `split`, the time is below the day (`{% short_moment at True %}`).
    """
    if at is None:
        return none()
    local = timezone.localtime(at, _column_zone())
    day, hour = short_day_words(local), f"{local:%H:%M}"
    if split:
        return format_html('<time datetime="{}">{}<span class="table__sub">{}</span></time>', stamp(at), day, hour)
    return format_html('<time datetime="{}">{}, {}</time>', stamp(at), day, hour)


@register.simple_tag
def zone() -> str:
    """Return the zone of every `short_moment` on the page: `UTC+01:00`."""
    return utc_offset(timezone.now())


@register.simple_tag
def day(value: date | datetime | None, style: str = "long") -> SafeString:
    """Render a date: `13 November 2025`, or `13 Nov 2025` with the style "short"."""
    if value is None:
        return none()
    if isinstance(value, datetime):
        value = local_time(value).date()
    words = short_day_words(value) if style == "short" else day_words(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


register.filter(days_left)


@register.simple_tag
def none() -> SafeString:
    """Render an empty cell: a dash on the screen and a word for screen readers."""
    return format_html(NONE, _("None"))


@register.filter
def money(amount: Decimal | Money | None, currency: str = "") -> SafeString:
    """Render an amount: `EUR 1,240.00`."""
    if amount is None:
        return none()
    value = amount if isinstance(amount, Money) else Money(Decimal(amount), currency)
    return format_html('<bdi dir="ltr">{}</bdi>', str(value).strip())


@register.filter
def ltr(value: object) -> SafeString:
    """Isolate a number, ID, reference or address as left-to-right text in every language."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def unbroken(text: str, word: str) -> SafeString:
    """Prevent line breaks inside of `word` (a reference with a hyphen) in the text."""
    if not word:
        return format_html("{}", text)
    whole = format_html('<bdi class="nowrap" dir="ltr">{}</bdi>', word)
    return format_html_join(whole, "{}", ((part,) for part in text.split(word)))


@register.filter
def mask_email(address: str) -> SafeString:
    return ltr(masking.mask_email(address)) if address else none()


@register.filter
def mask_phone(number: object) -> SafeString:
    return ltr(masking.mask_phone(str(number))) if number else none()


@register.simple_tag
def cell(value: object) -> SafeString:
    """Render a cell of an evidence table: text, date, datetime or amount."""
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, datetime):
        return short_moment(value)
    if isinstance(value, date):
        return day(value, "short")
    return format_html("<bdi>{}</bdi>", value) if value else none()


@register.filter
def is_money(value: object) -> bool:
    return isinstance(value, Money)


@register.filter
def heads(evidence: Any) -> list[tuple[str, bool]]:
    """Return the column heads of an evidence table, and whether each column contains amounts (aligned to the end).

    The head of a datetime column includes the zone, because its cells do not.
    """
    columns = list(zip_longest(*evidence.rows)) or [()] * len(evidence.columns)
    return [
        (f"{name} ({zone()})" if any(isinstance(value, datetime) for value in values) else name, _all_money(values))
        for name, values in zip(evidence.columns, columns, strict=True)
    ]


def _all_money(values: Sequence[object]) -> bool:
    return bool(values) and all(is_money(value) for value in values)


@register.filter
def tone(word: str) -> str:
    """Return the tone of a word for a CSS modifier: `tag--{{ word|tone }}`."""
    return tone_of(word)


@register.simple_tag
def tag(word: str, text: object) -> SafeString:
    """Render a status tag: `{% tag request.status request.get_status_display %}`."""
    return format_html('<span class="tag tag--{}">{}</span>', tone_of(str(word)), text)


@register.filter
def named(sides: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """Join the sides that can act: `You or Harbourline Systems`. `names` maps a side to its name for the reader."""
    known: Mapping[str, Any] = names or {}
    words = [str(known.get(side) or Side(side).label) for side in sides]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
