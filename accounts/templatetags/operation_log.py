"""The rows of the operation log's table: fifty of eight cells, where the nodes of a template cost twice as much."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.log.rows import LogRow
from accounts.templatetags.display import short_moment, tag

register = template.Library()

ROW = """
<tr data-operation="{}" data-result="{}" data-reference="{}">
  <th scope="row" class="table__time"><div>{}</div></th>
  <td{} data-name="{}"><div>{}</div></td>
  <td class="table__remark" data-name="{}"><div><strong>{}</strong> {}</div></td>
  <td data-name="{}"><div>{}</div></td>
  <td data-name="{}"><div><bdi>{}</bdi></div></td>
  <td{} data-name="{}"><div>{}</div></td>
  <td{} data-name="{}"><div>{}</div></td>
  <td data-name="{}"><div>{}</div></td>
</tr>"""
# A narrow screen shows the rows as lists of named values, without the empty ones.
EMPTY, FILLED = mark_safe(' class="table__spare"'), SafeString()
MOVED = '<span class="nowrap">{} <span aria-hidden="true">→</span></span><span class="visually-hidden"> {}</span> {}'


@register.simple_tag
def log_rows(rows: Iterable[LogRow], nothing: SafeString, to: str, *heads: str) -> SafeString:
    """Format the rows. `heads` are those of the columns after the time, `to` the word between two statuses."""
    return format_html_join("", ROW, (_values(row, nothing, to, heads) for row in rows))


def _values(row: LogRow, nothing: SafeString, to: str, heads: tuple[str, ...]) -> tuple[str, ...]:
    other, operation, started_by, operator, reference, status, result = heads
    return (
        *(row.operation, row.result, row.reference, short_moment(row.at, split=True)),
        *(_css(row.counterparty), other, _counterparty(row, nothing)),
        *(operation, _sentence(row), row.remark),
        *(started_by, row.side_label),
        *(operator, row.operator),
        *(_css(row.reference), reference, _reference(row, nothing)),
        *(_css(row.before or row.after), status, _status(row, nothing, to)),
        *(result, tag(row.result, row.result_label)),
    )


def _css(value: str) -> SafeString:
    return FILLED if value else EMPTY


def _sentence(row: LogRow) -> str:
    return f"{row.sentence}:" if row.remark else row.sentence


def _counterparty(row: LogRow, nothing: SafeString) -> SafeString:
    return format_html("<bdi>{}</bdi>", row.counterparty) if row.counterparty else nothing


def _reference(row: LogRow, nothing: SafeString) -> SafeString:
    if not row.reference:
        return nothing
    return format_html('<a class="nowrap" href="{}"><bdi dir="ltr">{}</bdi></a>', row.href, row.reference)


def _status(row: LogRow, nothing: SafeString, to: str) -> str:
    """Both statuses where it moved from one (or none) to another, otherwise the one that it has."""
    if row.after and row.before != row.after:
        return format_html(MOVED, row.before or nothing, to, row.after)
    return row.after or row.before or nothing
