"""The entries of the operation log as sentences under their days: fifty a page, where template nodes cost twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.dates import day_words, local_time, stamp
from accounts.log.rows import LogRow
from accounts.models import Operation, Result
from accounts.templatetags.display import icon

register = template.Library()

DAY = '<h2 class="log__day">{}</h2>\n<ol class="log__entries">{}\n</ol>\n'
ENTRY = """
<li class="log__entry{}" data-operation="{}" data-result="{}" data-reference="{}">
  <time class="log__time" datetime="{}">{}</time>{}
  <div class="log__text"><p class="log__line">{}<b>{}</b>{}</p>{}</div>{}
</li>"""
REFERENCE = '<p class="log__end"><a href="{}"><code><bdi dir="ltr">{}</bdi></code></a></p>'
ICONS: dict[str, str] = {
    Operation.ASSOCIATED: "partner",
    Operation.CODE_SENT: "message",
    Operation.CODE_REFUSED: "lock",
    Operation.CODE_LOCKED: "lock",
    Operation.REQUESTED: "send",
    Operation.SEEN: "eye",
    Operation.APPROVED: "check",
    Operation.REJECTED: "cross",
    Operation.WITHDRAWN: "undo",
    Operation.CANCELLED: "cross",
    Operation.COMPLETED: "unlink",
    Operation.LOG_EXPORTED: "download",
    Operation.NUMBER_CHANGED: "phone",
    Operation.CURRENCY_SET: "card",
    Operation.NOTICE_RESENT: "mail",
}


@register.simple_tag
def log_days(rows: Iterable[LogRow]) -> SafeString:
    """Format the rows, newest first, under a heading for each day of the vendor's time zone."""
    moved = _("%(before)s to %(after)s")
    days = groupby(rows, key=lambda row: local_time(row.at).date())
    return format_html_join("", DAY, ((day_heading(day), _entries(of_day, moved)) for day, of_day in days))


def day_heading(day: date) -> str:
    """Return `Today, 13 November 2025`, `Yesterday, ...`, the weekday within a week, or the date alone."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    words = day_words(day)
    if day == today:
        return _("Today, %(day)s") % {"day": words}
    if day == today - timedelta(days=1):
        return _("Yesterday, %(day)s") % {"day": words}
    return f"{date_format(day, 'l')}, {words}" if timedelta() < today - day < timedelta(days=7) else words


def _entries(rows: Iterable[LogRow], moved: str) -> SafeString:
    return format_html_join("", ENTRY, (_values(row, moved) for row in rows))


def _values(row: LogRow, moved: str) -> tuple[object, ...]:
    before, _place, after = row.words.partition("%(who)s")
    is_done = row.result == Result.DONE
    return (
        *("" if is_done else " log__entry--refused", row.operation, row.result, row.reference),
        *(stamp(row.at), date_format(local_time(row.at), "H:i")),
        icon(ICONS.get(row.operation, "log") if is_done else "warning", "log__icon"),
        *(before, row.who, after, _note(row, moved)),
        format_html(REFERENCE, row.href, row.reference) if row.reference else "",
    )


def _note(row: LogRow, moved: str) -> SafeString:
    """The other side, unless it is the subject already, then the change of status and the remark."""
    other = "" if row.counterparty == row.who else row.counterparty
    parts = [part for part in (other, _status(row, moved), row.remark) if part]
    return format_html('<p class="log__note">{}</p>', " · ".join(parts)) if parts else SafeString()


def _status(row: LogRow, moved: str) -> str:
    """Both statuses where it moved from one to another, otherwise the one that it has."""
    if row.before and row.after and row.before != row.after:
        return moved % {"before": row.before, "after": row.after}
    return row.after or row.before
