"""Fixture that runs `manage.py import_focus` on rows; a test gives only the cells that differ from a default row."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.billing import facts
from accounts.models import Side, Tenant
from partners.eligibility import Answer, Terms, run_checks

ROW = {
    "ProviderName": "Lumen",
    "BillingAccountId": "900",
    "BillingAccountName": "Northfield Group",
    "SubAccountId": "100",
    "SubAccountName": "Northfield Traders",
    "BillingCurrency": "EUR",
    "BillingPeriodStart": "2025-09-01 00:00:00",
    "InvoiceIssuerName": "Harbourline Systems",
    "CommitmentDiscountId": "NULL",
    "CommitmentDiscountType": "NULL",
    "CommitmentDiscountName": "NULL",
    "Tags": '{"team": "a"}',
}
RESERVATION = {"CommitmentDiscountId": "ri-1", "CommitmentDiscountType": "Reservation"}
OCTOBER = {"BillingPeriodStart": "2025-10-01 00:00:00"}
ZERO = {"tenants_created": 0, "tenants_updated": 0, "partners_created": 0, "conflicts": 0}


def csv_of(*changes: dict[str, str], without: str = "") -> str:
    """Return a file with one row per change of the default row."""
    rows = [{**ROW, **change} for change in changes]
    columns = [name for name in dict.fromkeys(name for row in [ROW, *rows] for name in row) if name != without]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def file_of(*rows: dict[str, str]) -> str:
    """Return a file with exactly these columns."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Importer:
    """Write rows to a file and import it. `stderr`, `error` and `exit_code` are those of the last run."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self._capsys, self.stderr, self.exit_code = path, capsys, "", 0
        self.error = ""

    def write(self, *changes: dict[str, str], without: str = "", tail: str = "") -> None:
        self.path.write_text(csv_of(*changes, without=without) + tail, newline="")

    def run(self, *changes: dict[str, str], options: tuple[str, ...] = (), **written: str) -> dict[str, Any]:
        self.write(*changes, **written)
        return self.again(*options)

    def run_files(self, *texts: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
        """Import several files in one run."""
        paths = [self.path.with_name(f"file-{number}.csv") for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, newline="")
        return self._call(*map(str, paths), *options)

    def again(self, *options: str) -> dict[str, Any]:
        return self._call(str(self.path), *options)

    def _call(self, *arguments: str) -> dict[str, Any]:
        self._capsys.readouterr()
        model = () if "--model" in arguments else ("--model", "reseller")
        self.exit_code, self.error = 0, ""
        try:
            call_command("import_focus", *arguments, *model)
        except CommandError as error:
            if error.returncode == 1:
                raise
            self.exit_code, self.error = error.returncode, str(error)
        out, self.stderr = self._capsys.readouterr()
        (line,) = out.splitlines()
        figures: dict[str, Any] = json.loads(line)
        return figures


@pytest.fixture
def importer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path / "focus.csv", capsys)


def the_tenant(key: str = "Lumen:100") -> Tenant:
    return Tenant.objects.get(key=key)


def answer_for(key: str = "Lumen:100", code: str = "reserved-instances") -> Answer:
    """Return the answer of a check for the customer now."""
    tenant, now = the_tenant(key), timezone.now()
    terms = Terms(
        model="reseller",
        side=Side.CUSTOMER,
        partner_name="Harbourline",
        vendor_name="Lumenbridge",
        zone=ZoneInfo("UTC"),
        facts_max_age=timedelta(hours=24),
        request_limit=1,
        window_months=3,
    )
    return run_checks([code], facts.load([tenant], now)[tenant.pk], terms, now)[0]


def figures_of(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in ZERO}
