"""Exit codes of an import, and its error messages for files in other formats."""

from __future__ import annotations

import gzip

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Tenant
from partners.focus.progress import Progress
from partners.tests.importer import OCTOBER, ZERO, Importer, csv_of, figures_of, importer

__all__ = ["importer"]

pytestmark = pytest.mark.django_db

BAD = {"BillingCurrency": "credits"}
PLAIN = csv_of({}).replace('"', "")


def refused(importer: Importer, content: bytes) -> str:
    importer.path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        importer.again()
    assert caught.value.returncode == 1
    assert not Tenant.objects.exists()
    return str(caught.value)


def test_a_good_file_exits_with_0(importer: Importer) -> None:
    importer.run({}, options=("--strict",))
    assert importer.exit_code == 0


def test_a_bad_row_among_good_ones_exits_with_0(importer: Importer) -> None:
    assert importer.run({}, BAD)["tenants_created"] == 1
    assert importer.exit_code == 0


@pytest.mark.parametrize("rows", [(BAD,), (BAD, BAD), ()])
def test_files_without_a_good_row_exit_with_2(importer: Importer, rows: tuple[dict[str, str], ...]) -> None:
    result = importer.run(*rows)
    assert (importer.exit_code, result["rows"], result["bad_rows"]) == (2, len(rows), len(rows))


def test_strict_exits_with_2_at_any_bad_row_and_writes_nothing(importer: Importer) -> None:
    result = importer.run({}, BAD, options=("--strict",))
    assert (importer.exit_code, result["bad_rows"]) == (2, 1)
    assert figures_of(result) == ZERO
    assert not Tenant.objects.exists()


def test_a_gzip_file_is_read(importer: Importer) -> None:
    importer.path.write_bytes(gzip.compress(csv_of({}, OCTOBER).encode()))
    assert importer.again()["rows"] == 2


@pytest.mark.parametrize("cut", [10, -12])
def test_a_truncated_gzip_file_is_refused_as_a_whole(importer: Importer, cut: int) -> None:
    refused(importer, gzip.compress(csv_of(*[{"SubAccountId": str(n)} for n in range(500)]).encode())[:cut])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PAR1\x15\x04", "Parquet file. Export it as CSV"),
        (b"PK\x03\x04\x14\0", "workbook. Unpack it"),
        (b"\xfd7zXZ\0", "xz. Decompress it"),
        (b"\x28\xb5\x2f\xfd\x24", "zstd"),
        (b'{"BillingAccountId": 1}\n', "JSON"),
        (b"<html>\n", "HTML"),
        (PLAIN.encode("utf-16"), "UTF-16. Save it as UTF-8"),
        (b"sep=,\n" + PLAIN.encode(), "Delete that line"),
        (b"\xef\xbb\xbfSEP=;\n" + PLAIN.encode(), "Delete that line"),
        (PLAIN.replace(",", ";").encode(), "semicolons. Separate them with commas"),
        (PLAIN.replace(",", "\t").encode(), "tabs. Separate them with commas"),
        (PLAIN.replace(",", "|").encode(), "vertical bars"),
        (PLAIN.lower().encode(), "Rename them: BillingAccountId"),
        (PLAIN.replace("BillingAccountId", "billing_account_id").encode(), "Rename them: BillingAccountId"),
        (PLAIN.replace("BillingCurrency", "Currency").encode(), "lacks columns. Export it with BillingCurrency"),
    ],
)
def test_another_format_is_refused_with_its_name_and_a_remedy(importer: Importer, content: bytes, words: str) -> None:
    message = refused(importer, content)
    assert str(importer.path) in message
    assert words in message


def test_the_file_that_cannot_be_read_is_named_and_none_of_the_others_is_written(importer: Importer) -> None:
    with pytest.raises(CommandError, match=r"file-1\.csv: This is a Parquet file"):
        importer.run_files(csv_of({}), "PAR1")
    assert not Tenant.objects.exists()


def test_semicolons_in_a_quoted_header_cell_are_accepted(importer: Importer) -> None:
    assert importer.run({"x_Notes; more; of; them": "a;b"})["rows"] == 1


def test_two_accounts_of_the_same_name_are_two_customers(importer: Importer) -> None:
    result = importer.run({}, {"SubAccountId": "200"})
    assert (result["tenants_created"], result["conflicts"]) == (2, 0)


def test_customers_are_written_in_short_transactions(importer: Importer) -> None:
    """During a transaction nobody else can write on SQLite, not even to sign in."""
    importer.write(*[{"SubAccountId": str(number)} for number in range(60)])
    with CaptureQueriesContext(connection) as queries:
        importer.again()
    inserts = [query["sql"] for query in queries if 'INTO "accounts_tenant"' in query["sql"]]
    assert len(inserts) == 1 + 3  # the partner, and three batches of customers


def test_progress_shows_rows_rate_and_time_left() -> None:
    lines: list[str] = []
    progress = Progress(lines.append, clock=iter([0.0, 10.0, 20.0]).__next__)
    progress.report("records read", 5000, of=(250, 1000))
    progress.report("records read", 20000, of=(1000, 1000), is_last=True)
    assert lines == ["5,000 records read (25 %, about 30 s left), 500 a second", "20,000 records read, 1,000 a second"]
