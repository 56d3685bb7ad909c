"""The CSV parser for FOCUS files: a bad record does not affect the others."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from partners.focus.formats import UnreadableFile
from partners.focus.mapping import Charge, columns_of
from partners.focus.records import MAX_LINE, BadRecord, Lines, Problem, Records, read_header
from partners.focus.staging import Staging

HEADER = ["ProviderName", "BillingAccountId", "BillingCurrency", "BillingPeriodStart", "InvoiceIssuerName", "Tags"]
GOOD = b'AWS,%d,EUR,2025-09-01,Harbourline,"{""a"": 1}"\n'


def read(*lines: bytes) -> list[list[str] | BadRecord]:
    return list(Records(Lines(io.BytesIO(b"".join(lines))), 3, lambda cells: cells))


def charges(*lines: bytes, header: list[str] = HEADER) -> list[Charge | BadRecord]:
    lines_of_file = Lines(io.BytesIO(",".join(header).encode() + b"\n" + b"".join(lines)))
    columns = columns_of(read_header(lines_of_file))
    return list(Records(lines_of_file, columns.width, columns.read))


def only_reason(*lines: bytes) -> str:
    (found,) = charges(*lines)
    assert isinstance(found, BadRecord)
    return found.reason


def test_a_quoted_line_break_is_part_of_its_record() -> None:
    assert read(b'1,"a\nb\r\n\nc",3\n', b"4,5,6\n") == [["1", "a\nb\r\n\nc", "3"], ["4", "5", "6"]]


def test_two_quoted_line_breaks_in_one_record_are_part_of_it() -> None:
    assert read(b'1,"a\nb","c\nd"\n', b"4,5,6\n") == [["1", "a\nb", "c\nd"], ["4", "5", "6"]]


def test_unclosed_quote_makes_only_its_line_bad() -> None:
    first, *others = read(b'1,"a,3\n', b"4,5,6\n", b"7,8,9\n")
    assert first == BadRecord(1, "a quote is not closed")
    assert others == [["4", "5", "6"], ["7", "8", "9"]]


def test_two_open_quotes_do_not_swallow_the_records_between_them() -> None:
    found = read(b'1,"a,3\n', b"4,5,6\n", b'7,b",9\n', b"10,11,12\n")
    assert [record.line if isinstance(record, BadRecord) else record[0] for record in found] == [1, "4", 3, "10"]


def test_a_stray_quote_after_a_quoted_cell_is_bad() -> None:
    assert isinstance(read(b'"1"",2,3\n', b"4,5,6\n")[0], BadRecord)
    assert isinstance(read(b'"1"x"",2,3\n')[0], BadRecord)


def test_an_open_quote_in_the_last_line_is_bad() -> None:
    assert read(b"1,2,3\n", b'4,"5,6') == [["1", "2", "3"], BadRecord(2, "a quote is not closed")]


def test_a_last_line_without_its_end_is_bad() -> None:
    found = read(b"1,2,3\n", b"4,5,6")
    assert found == [["1", "2", "3"], BadRecord(2, "its line has no line end: the file may be truncated")]
    assert isinstance(read(b'1,"a\nb",3')[0], BadRecord)


def test_billing_row_with_too_few_or_too_many_cells_is_rejected() -> None:
    found = read(b"1,2\n", b"1,2,3,4\n", b"1,2,3\n")
    assert [isinstance(record, BadRecord) for record in found] == [True, True, False]


def test_blank_lines_are_skipped() -> None:
    assert read(b"\n", b"1,2,3\n", b"\r\n") == [["1", "2", "3"]]


def test_a_nul_byte_is_bad() -> None:
    assert read(b"1,\0,3\n", b"4,5,6\n") == [BadRecord(1, "it contains a NUL byte"), ["4", "5", "6"]]


def test_bytes_that_are_not_utf_8_are_bad() -> None:
    assert read(b"1,\xff,3\n", b"4,5,6\n") == [BadRecord(1, "it is not UTF-8"), ["4", "5", "6"]]


def test_an_over_long_cell_is_bad() -> None:
    assert isinstance(read(b"1," + b"x" * 200_000 + b",3\n")[0], BadRecord)


def test_too_long_line_is_rejected_without_loading_it_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"x" * (20 * MAX_LINE) + b"\n1,2,3\n")
    tracemalloc.start()
    with path.open("rb") as stream:
        found = list(Records(Lines(stream), 3, lambda cells: cells))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [isinstance(record, BadRecord) for record in found] == [True, False]
    assert peak < 5 * MAX_LINE


def test_the_line_of_a_bad_record_is_its_physical_line() -> None:
    found = charges(GOOD % 1, b'AWS,2,EUR,2025-09-01,Harbourline,"a\nb"\n', b"too,few\n", GOOD % 3)
    assert [record.line for record in found if isinstance(record, BadRecord)] == [5]


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_header(Lines(io.BytesIO(b'\xef\xbb\xbf"A",B\n'))) == ["A", "B"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfeA\0,\0B\0\n\0", b"A\0B\n", b"A,\xe9\n", b'"A,B\n', b"x" * (MAX_LINE + 1)]
)
def test_a_file_without_a_header_in_utf_8_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_header(Lines(io.BytesIO(content)))


@pytest.mark.parametrize("name", HEADER[:-1])
def test_a_missing_column_is_named(name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        columns_of([column for column in HEADER if column != name])


def test_a_duplicate_required_column_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="BillingCurrency"):
        columns_of([*HEADER, "BillingCurrency"])


def test_the_customer_is_the_sub_account_or_else_the_billing_account() -> None:
    header = [*HEADER, "SubAccountId", "SubAccountName", "BillingAccountName"]
    rows = [
        b"AWS,1,EUR,2025-09-01,H,,%b,%b,Mother\n" % pair for pair in [(b"7", b"Child"), (b"NULL", b"x"), (b"", b"")]
    ]
    found = [(c.customer_key, c.customer_name) for c in charges(*rows, header=header) if isinstance(c, Charge)]
    assert found == [("AWS:7", "Child"), ("AWS:1", "Mother"), ("AWS:1", "Mother")]


def test_a_file_of_focus_1_3_names_the_service_provider() -> None:
    header = ["ServiceProviderName", *HEADER[1:]]
    (found,) = charges(GOOD % 1, header=header)
    assert isinstance(found, Charge)
    assert found.customer_key == "AWS:1"


def test_the_provider_of_a_file_with_both_columns_is_the_older_one() -> None:
    (found,) = charges(b'AWS,1,EUR,2025-09-01,H,,"Seller"\n', header=[*HEADER, "ServiceProviderName"])
    assert isinstance(found, Charge)
    assert found.customer_key == "AWS:1"


@pytest.mark.parametrize(
    "moment", [b"2025-09-01", b"2025-09-01 00:00:00", b"2025-09-01T00:00:00Z", b"2025-09-01T00:00Z"]
)
def test_every_common_format_of_the_period_is_parsed(moment: bytes) -> None:
    (found,) = charges(b"AWS,1,EUR,%b,H,\n" % moment)
    assert isinstance(found, Charge)
    assert found.period == "2025-09-01T00:00:00+00:00"


# Dates and currencies as real exports spell them, and the expected currency or error.
@pytest.mark.parametrize(
    ("moment", "currency", "expected"),
    [
        ("2024-09-01 00:00:00 UTC", "EUR", "EUR"),
        ("2024-09-01 07:00:00.000000 UTC", "EUR", "EUR"),
        ("2024-09-01T00:00Z", "EUR", "EUR"),
        ("2024-09-01T00:00:00.0000000Z", "EUR", "EUR"),
        ("2024-09-01T02:00:00+02:00", "EUR", "EUR"),
        (" 2024-09-01 ", " USD ", "USD"),
        ("20240901", "eur", "EUR"),
        ("2024-09-01", "NULL", ""),
        ("1725148800", "EUR", "a number"),
        ("9/1/2024", "EUR", "day and month"),
        ("2024-09", "EUR", "without a day"),
        ("2024-9-1", "EUR", "leading zeros"),
        ("2024-09-01", "Credits", "such as EUR: Credits"),
        ("2024-09-01", "XYZ", "such as EUR: XYZ"),
        ("NULL", "EUR", "BillingPeriodStart is empty"),
    ],
)
def test_the_dialects_of_a_row_get_their_expected(moment: str, currency: str, expected: str) -> None:
    (found,) = charges(f"AWS,1,{currency},{moment},H,\n".encode())
    if isinstance(found, BadRecord):
        assert expected in found.reason
    else:
        assert found.currency == expected


def test_a_null_currency_is_accepted() -> None:
    (found,) = charges(b"AWS,1,NULL,2025-09-01,H,\n")
    assert isinstance(found, Charge)
    assert found.currency == ""


def test_a_record_without_what_the_portal_needs_is_bad() -> None:
    assert "BillingCurrency" in only_reason(b"AWS,1,euro,2025-09-01,H,\n")
    assert "BillingPeriodStart" in only_reason(b"AWS,1,EUR,September,H,\n")


@pytest.mark.parametrize("moment", [b"0001-01-01T00:00:00+05:00", b"9999-12-31T23:00:00-05:00"])
def test_an_impossible_date_is_a_bad_record(moment: bytes) -> None:
    assert "BillingPeriodStart" in only_reason(b"AWS,1,EUR," + moment + b",H,\n")
    assert "ProviderName" in only_reason(b"NULL,1,EUR,2025-09-01,H,\n")
    assert "BillingAccountId" in only_reason(b"AWS,,EUR,2025-09-01,H,\n")
    assert "reserved" in only_reason(b"issuer,1,EUR,2025-09-01,H,\n")
    assert "200" in only_reason(b"AWS,%b,EUR,2025-09-01,H,\n" % (b"1" * 300))


def charge(key: str, issuer: str = "H", currency: str = "EUR", period: str = "2025-09-01T00:00:00+00:00") -> Charge:
    return Charge(key, "", issuer, currency, period, "", "", "")


def staged(*found: Charge, in_memory: int = 100) -> Staging:
    staging = Staging(in_memory)
    for one in found:
        staging.add(one)
    return staging


def test_customers_are_the_same_in_memory_and_on_disk() -> None:
    many = [charge(f"AWS:{number % 7}", f"issuer {number % 3}") for number in range(200)]
    assert list(staged(*many).customers()) == list(staged(*many, in_memory=2).customers())
    assert list(staged(*many, in_memory=2).issuers()) == ["issuer 0", "issuer 1", "issuer 2"]


def test_of_two_issuers_the_one_with_most_rows_bills() -> None:
    (customer,) = staged(charge("AWS:1", "B"), charge("AWS:1", "A"), charge("AWS:1", "B")).customers()
    assert (customer.issuer, customer.other_issuers) == ("B", ("A",))


def test_of_two_issuers_the_one_of_the_newest_period_bills() -> None:
    newer = charge("AWS:1", "A", period="2025-10-01T00:00:00+00:00")
    (customer,) = staged(charge("AWS:1", "B"), charge("AWS:1", "B"), newer).customers()
    assert customer.issuer == "A"


NULLS = ["", " ", "NULL", "null", "Nil", "None", "N/A", "NaN", "-", r"\N", "Unassigned", "UNASSIGNED"]


def only_charge(**cells: str) -> Charge | BadRecord:
    plain = {
        "ProviderName": "AWS",
        "BillingAccountId": "1",
        "BillingCurrency": "EUR",
        "BillingPeriodStart": "2025-09-01",
    }
    row = {**plain, "InvoiceIssuerName": "H", "SubAccountId": "7", "CommitmentDiscountId": "c", **cells}
    (found,) = charges(",".join(row.values()).encode() + b"\n", header=list(row))
    return found


@pytest.mark.parametrize("word", NULLS)
def test_a_word_for_null_is_not_a_key(word: str) -> None:
    charge = only_charge(SubAccountId=word, InvoiceIssuerName=word, CommitmentDiscountId=word, BillingCurrency=word)
    assert isinstance(charge, Charge)
    assert (charge.customer_key, charge.issuer, charge.commitment, charge.currency) == ("AWS:1", "", "", "")


@pytest.mark.parametrize("word", NULLS)
def test_a_row_without_any_key_is_bad_for_its_billing_account_or_for_everybody(word: str) -> None:
    without_provider = only_charge(ProviderName=word)
    assert isinstance(without_provider, BadRecord)
    assert (without_provider.customer, without_provider.account) == ("", "1")
    without_accounts = only_charge(SubAccountId=word, BillingAccountId=word)
    assert isinstance(without_accounts, BadRecord)
    assert (without_accounts.customer, without_accounts.account) == ("", "")


@pytest.mark.parametrize("word", ["0", "-1", "nullable", "Noneuch Ltd", "na", "unassigned-1", "--"])
def test_what_only_resembles_a_word_for_null_is_a_key(word: str) -> None:
    charge = only_charge(SubAccountId=word)
    assert isinstance(charge, Charge)
    assert charge.customer_key == f"AWS:{word}"


@pytest.mark.parametrize(
    ("provider", "key"), [("Microsoft", "Microsoft:1"), ("MICROSOFT", "MICROSOFT:1"), ("AWS", "AWS:-2")]
)
def test_minus_two_is_a_null_of_microsoft_alone(provider: str, key: str) -> None:
    charge = only_charge(ProviderName=provider, SubAccountId="-2")
    assert isinstance(charge, Charge)
    assert charge.customer_key == key


def test_a_null_issuer_is_accepted() -> None:
    (found,) = charges(b"AWS,1,EUR,2025-09-01,NULL,\n")
    assert isinstance(found, Charge)
    assert found.issuer == ""


def test_a_bad_record_has_its_customer_and_billing_account() -> None:
    found = charges(b"AWS,1,euro,2025-09-01,H,\n", b"NULL,1,EUR,2025-09-01,H,\n", b"AWS,,EUR,2025-09-01,H,\n")
    whose = [(bad.customer, bad.account) for bad in found if isinstance(bad, BadRecord)]
    assert whose == [("AWS:1", "1"), ("", "1"), ("", "")]


def test_a_problem_is_not_a_record() -> None:
    assert list(Records(Lines(io.BytesIO(b"1,2\n")), 2, lambda cells: Problem("no"))) == [BadRecord(1, "no")]
