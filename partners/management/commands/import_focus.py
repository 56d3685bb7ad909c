"""`manage.py import_focus FILE --model reseller|referral`: import customers, partners and commitments."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.normalization import printable
from partners.focus.contract_import import import_contracts
from partners.focus.formats import UnreadableFile
from partners.focus.importing import import_customers, import_partners
from partners.focus.mapping import issuer_key
from partners.focus.progress import Progress
from partners.focus.reading import Counts, read_files
from partners.focus.run import Figures, Run
from partners.focus.staging import Staging
from partners.models import Association

BATCH = 25  # customers per transaction: during it, nobody else can write on SQLite, not even to sign in
LONGEST_PAUSE = 0.5  # seconds

Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Import FOCUS 1.0 to 1.4 CSV files of any size: Cost and Usage, Contract Commitment. Prints the figures to "
        "stdout as one line of JSON, and progress, bad rows and conflicts to stderr. Exits with 1 if a file cannot be "
        "read, with 2 if no row was imported. Run it again after an interruption, and for the next month."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="+", help="a CSV file in UTF-8, plain or gzip; several are one import"
        )
        parser.add_argument(
            "--model", required=True, choices=Association.Model.values, help="the model of new associations"
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing, print the same figures")
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="apply the file where it differs from the portal; each change is logged",
        )
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the files contain every charge of their billing periods: a commitment they do not name has ended",
        )
        parser.add_argument("--strict", action="store_true", help="write nothing and exit with 2 if any row is bad")
        parser.add_argument(
            "--direct",
            metavar="NAME",
            action="append",
            default=[],
            help="an InvoiceIssuerName whose customers have no partner, such as your own; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            counts, figures = self._import(options)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            message = _("Interrupted. The batches written so far are kept. Run the same command again for the rest.")
            raise CommandError(message, returncode=130) from error
        seconds = round(time.monotonic() - started, 3)
        rows = {"rows": counts.rows, "bad_rows": counts.bad_rows}
        self.stdout.write(json.dumps({**rows, **vars(figures), "seconds": seconds}))
        self._check_rows(counts, is_strict=options["strict"])

    def _import(self, options: dict[str, Any]) -> tuple[Counts, Figures]:
        staging = Staging()
        try:
            counts = read_files(options["files"], staging, self._write_line)
            is_written = not (options["strict"] and counts.bad_rows)
            figures = self._write(staging, _run_of(options, counts, staging), options) if is_written else Figures()
        finally:
            staging.close()
        return counts, figures

    def _check_rows(self, counts: Counts, *, is_strict: bool) -> None:
        """Exit with 2 if no row was imported, or with --strict if any is bad: a scheduled job can then alert."""
        if not counts.imported_rows:
            message = _("No row could be imported: every row is bad, or the files have none. Check the export.")
            if counts.ignored_rows:
                message = _(
                    "No row was imported: Invoice Detail and Billing Period change nothing in the portal, because an "
                    "invoice that is due or issued may still be unpaid. Add a Cost and Usage file."
                )
            raise CommandError(message, returncode=2)
        if is_strict and counts.bad_rows:
            message = _("Nothing was written, because of --strict: fix the bad rows, or run again without it.")
            raise CommandError(message, returncode=2)

    def _write(self, staging: Staging, run: Run, options: dict[str, Any]) -> Figures:
        figures, progress, written = Figures(), Progress(self.stderr.write), 0
        unknown = {issuer_key(name): name for name in options["direct"]}
        for issuers in _batches(staging.issuers()):
            figures.add(import_partners(issuers, run).write_to(self._write_line))
            for issuer in issuers:
                unknown.pop(issuer_key(issuer), None)
        for name in sorted(unknown.values()):
            text = _("--direct %(name)s: no row has this InvoiceIssuerName; check its spelling")
            self._write_line(text % {"name": name})
        total = staging.count_customers()
        for customers in _batches(staging.customers()):
            figures.add(import_customers(customers, run).write_to(self._write_line))
            written += len(customers)
            progress.report(_("customers written"), written, of=(written, total))
        progress.report(_("customers written"), written, is_last=True)
        for contracts in _batches(staging.contracts()):
            figures.add(import_contracts(contracts, run).write_to(self._write_line))
        return figures

    def _write_line(self, message: str) -> None:
        self.stderr.write(printable(message))


def _run_of(options: dict[str, Any], counts: Counts, staging: Staging) -> Run:
    return Run(
        model=options["model"],
        at=timezone.now(),
        direct=frozenset(map(issuer_key, options["direct"])),
        is_dry_run=options["dry_run"],
        adopts=options["adopt"],
        is_complete=options["complete"],
        has_commitments=bool(counts.has_commitments),
        has_contracts_applied=counts.has_contracts_applied,
        contract_of=staging.contract_of,
        has_charges=staging.has_charges,
    )


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield batches, and pause after each so that others can write."""
    while found := list(islice(items, BATCH)):
        started = time.monotonic()
        yield found
        _pause_on_sqlite(time.monotonic() - started)


def _pause_on_sqlite(seconds: float) -> None:
    """Leave the write lock of SQLite free as long as it was held: others only poll for it."""
    if connection.vendor == "sqlite":
        time.sleep(min(seconds, LONGEST_PAUSE))
