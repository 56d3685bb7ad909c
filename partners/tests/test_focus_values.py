"""Cells of a billing file: unambiguous timestamps and currencies are parsed, others are refused with a description."""

from __future__ import annotations

import re

import pytest

from partners.focus.values import BadCell, currency_of, moment_of

FIRST = "2024-09-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-09-01", FIRST),
        ("20240901", FIRST),
        ("20240901T000000Z", FIRST),
        ("2024-09-01T00:00Z", FIRST),
        ("2024-09-01t00:00:00z", FIRST),
        ("2024-09-01 00:00:00", FIRST),
        ("2024-09-01 00:00:00 UTC", FIRST),
        ("2024-09-01 00:00:00.000 utc", FIRST),
        ("2024-09-01 00:00:00 GMT", FIRST),
        ("2024-09-01 UTC", FIRST),
        ("2024-09-01 00:00:00 +0000 UTC", FIRST),
        ("2024-09-01T00:00:00.0000000Z", FIRST),
        ("2024-09-01T00:00:00,5Z", "2024-09-01T00:00:00.500000+00:00"),
        ("2024-09-01 07:00:00.000000 UTC", "2024-09-01T07:00:00+00:00"),
        ("2024-09-01T02:00:00+02:00", FIRST),
        ("2024-09-01T02:00+0200", FIRST),
        ("2024-08-31 17:00:00 -07", FIRST),
        ("", ""),
    ],
)
def test_an_unambiguous_timestamp_is_parsed(text: str, moment: str) -> None:
    assert moment_of("BillingPeriodStart", text) == moment


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1725148800", "a number"),
        ("1725148800000", "a number"),
        ("45536", "a number"),  # a serial date of a spreadsheet
        ("1.7251488E9", "a number"),
        ("20241301", "a number"),
        ("9/1/2024", "day and month"),
        ("01.09.2024", "day and month"),
        ("01-09-2024", "day and month"),
        ("09/01/24 00:00", "day and month"),
        ("2024-09", "a month without a day"),
        ("2024-9-1", "without leading zeros"),
        ("2024/09/01", "slashes"),
        ("2024-09-31", "not a valid date and time"),
        ("2024-09-01 24:00:00", "not a valid date and time"),
        ("2024-09-01 00:00:00 PST", "unknown time zone"),
        ("2024-09-01 00:00:00+99:00", "not a valid date and time"),
        ("0001-01-01", "not a valid date and time"),
        ("2024-W36-1", "not a date"),
        ("１７２５", "not a date"),
        ("September", "not a date"),
    ],
)
def test_an_ambiguous_timestamp_is_refused_with_a_description(text: str, form: str) -> None:
    with pytest.raises(BadCell, match=f"BillingPeriodStart.*{re.escape(text)}.*{form}"):
        moment_of("BillingPeriodStart", text)


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), ("eur", "EUR"), ("Usd", "USD"), ("", "")])
def test_a_currency_is_parsed_in_any_case(text: str, code: str) -> None:
    assert currency_of("BillingCurrency", text) == code


@pytest.mark.parametrize("text", ["Credits", "XYZ", "EURO", "€", "XXX", "E U R", "ＥＵＲ", "uſd"])
def test_a_currency_that_iso_4217_does_not_list_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="BillingCurrency is not an ISO 4217 code"):
        currency_of("BillingCurrency", text)
