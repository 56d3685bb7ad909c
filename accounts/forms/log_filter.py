"""The filter of the operation log. It is in the query string, so that a filtered log can be shared as a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.log.search import search
from accounts.models import Operation, Result, Tenant
from accounts.models.operation_log import OperationLogQuerySet

# Limits that every time zone and both databases can represent.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 29)
CHIPS = (Operation.REQUESTED, Operation.APPROVED, Operation.REJECTED, Operation.WITHDRAWN, Operation.COMPLETED)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter the day as year, month and day: 2025-11-13.")},
        validators=[
            MinValueValidator(FIRST_DAY, _("Enter a day after 1 January 1970.")),
            MaxValueValidator(LAST_DAY, _("Enter an earlier day.")),
        ],
    )


def _word(label: Any, all_of_them: Any, choices: list[tuple[str, Any]], error: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", all_of_them), *choices],
        error_messages={"invalid_choice": error},
    )


@dataclass(frozen=True)
class Chip:
    """A link to a filter that people often want. `query` is "" for the whole log."""

    text: str | Promise
    query: str
    is_current: bool


class LogFilter(forms.Form):
    """Fields `q`, `operation`, `result`, `from` and `to`. The days are in the vendor's time zone, `to` is inclusive.

    `q` is the reference of a request, or the ID or a part of the name of an organisation on the other side of `reader`.
    """

    q = forms.CharField(
        label=_("Search the log"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Reference, name or ID")}),
    )
    operation = _word(_("Operation"), _("All operations"), Operation.choices, _("Choose an operation from the list."))
    result = _word(_("Result"), _("All results"), Result.choices, _("Choose a result from the list."))

    def __init__(self, reader: Tenant, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s")
        self.reader = reader
        self.fields["operation"].widget.choices = [("", _("All operations")), *Operation.offered()]
        self.fields["from"] = _day(_("From"))  # a Python keyword, so it cannot be declared as an attribute
        self.fields["to"] = _day(_("To"))

    def clean_q(self) -> str:
        """Look the text up. `found` is the condition on the entries, or None without a search."""
        text: str = self.cleaned_data["q"]
        self.found = search(self.reader, text) if text else None
        return text

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("to", _("Enter a last day that is not before the first."))
        return self.cleaned_data

    def apply(self, entries: OperationLogQuerySet) -> OperationLogQuerySet:
        if self.found is not None:
            entries = entries.filter(self.found)
        for name in ("operation", "result"):
            if word := self.cleaned_data[name]:
                entries = entries.filter(**{name: word})
        if first := self.cleaned_data["from"]:
            entries = entries.filter(at__gte=_midnight(first))
        if last := self.cleaned_data["to"]:
            entries = entries.filter(at__lt=_midnight(last + timedelta(days=1)))
        return entries

    @property
    def query(self) -> str:
        """The filter as a query string with a fixed order of fields, or ""."""
        return urlencode({name: str(self.cleaned_data[name]) for name in self.fields if self.cleaned_data[name]})

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields below the search field."""
        return [self[name] for name in self.fields if name != "q"]

    @property
    def chips(self) -> list[Chip]:
        """The whole log, what was refused, and the verbs of a request."""
        filters: list[tuple[str | Promise, dict[str, str]]] = [
            (_("All"), {}),
            (_("Refused"), {"result": Result.REFUSED}),
        ]
        filters += [(word.label, {"operation": word}) for word in CHIPS]
        searched = {"q": self.cleaned_data["q"]} if self.is_valid() and self.cleaned_data["q"] else {}
        links = [(text, urlencode({**searched, **chosen})) for text, chosen in filters]
        current = self.query if self.is_valid() else None
        return [Chip(text, query, query == current) for text, query in links]

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown: they hold a filter that no chip has, or an error."""
        return not any(chip.is_current for chip in self.chips)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())
