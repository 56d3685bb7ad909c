"""`manage.py import_focus FILE --model reseller|referral`: load customers, partners and commitments of a FOCUS file."""

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
from partners.focus.contracting import import_contracts
from partners.focus.formats import UnreadableFile
from partners.focus.gathering import Gathering
from partners.focus.importing import import_customers, import_partners
from partners.focus.mapping import issuer_key
from partners.focus.progress import Progress
from partners.focus.reading import Counts, read_files
from partners.focus.run import Figures, Run
from partners.models import Association

BATCH = 25  # customers of one transaction: while it lasts, nobody else writes on SQLite, not even to sign in
LONGEST_PAUSE = 0.5  # seconds

Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Load FOCUS 1.0 to 1.4 CSV files of any size: Cost and Usage, Contract Commitment. The figures go to stdout as "
        "one line of JSON, progress, bad records and conflicts to stderr. It exits with 1 where a file cannot be read, "
        "with 2 where no row can be. Run it again after an interruption, or for the next month."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="+", help="a CSV file in UTF-8, plain or by gzip; several are one import"
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
            help="the files hold the whole of their billing periods: a commitment that a period lacks has ended",
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
            figures = self._import(options)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            message = _("Interrupted. What was written is kept. Run the same command again for the rest.")
            raise CommandError(message, returncode=130) from error
        figures["seconds"] = round(time.monotonic() - started, 3)
        self.stdout.write(json.dumps(figures))
        self._judge(figures, is_strict=options["strict"])

    def _import(self, options: dict[str, Any]) -> dict[str, int | float]:
        gathering = Gathering()
        try:
            counts = read_files(options["files"], gathering, self._say)
            is_written = not (options["strict"] and counts.bad_rows)
            figures = self._write(gathering, _run_of(options, counts, gathering), options) if is_written else Figures()
        finally:
            gathering.close()
        return {"rows": counts.rows, "bad_rows": counts.bad_rows, **vars(figures)}

    def _judge(self, figures: dict[str, int | float], *, is_strict: bool) -> None:
        """End with 2 where the rows are not what a scheduled import expects."""
        if figures["bad_rows"] == figures["rows"]:
            raise CommandError(_("The files have no row that could be read."), returncode=2)
        if is_strict and figures["bad_rows"]:
            raise CommandError(_("Nothing was written: --strict accepts no bad row."), returncode=2)

    def _write(self, gathering: Gathering, run: Run, options: dict[str, Any]) -> Figures:
        figures, progress, written = Figures(), Progress(self.stderr.write), 0
        unknown = {issuer_key(name): name for name in options["direct"]}
        for issuers in _batches(gathering.issuers()):
            figures.add(import_partners(issuers, run).tell(self._say))
            for issuer in issuers:
                unknown.pop(issuer_key(issuer), None)
        for name in sorted(unknown.values()):
            self._say(_("--direct %(name)s: no record of the file names this issuer") % {"name": name})
        customers_in_all = gathering.count_customers()
        for customers in _batches(gathering.customers()):
            figures.add(import_customers(customers, run).tell(self._say))
            written += len(customers)
            progress.tell(_("customers written"), written, of=(written, customers_in_all))
        progress.tell(_("customers written"), written, is_last=True)
        for contracts in _batches(gathering.contracts()):
            figures.add(import_contracts(contracts, run, gathering.names).tell(self._say))
        return figures

    def _say(self, message: str) -> None:
        self.stderr.write(printable(message))


def _run_of(options: dict[str, Any], counts: Counts, gathering: Gathering) -> Run:
    return Run(
        model=options["model"],
        at=timezone.now(),
        direct=frozenset(map(issuer_key, options["direct"])),
        is_dry_run=options["dry_run"],
        adopts=options["adopt"],
        is_complete=options["complete"],
        brings_commitments=bool(counts.brings_commitments),
        contract_of=gathering.contract_of,
    )


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Batches to write, one after the other, with room for others in between."""
    while found := list(islice(items, BATCH)):
        started = time.monotonic()
        yield found
        _make_room(time.monotonic() - started)


def _make_room(seconds: float) -> None:
    """On SQLite those who wait for the one lock only look for it now and then: leave it free as long as it was held."""
    if connection.vendor == "sqlite":
        time.sleep(min(seconds, LONGEST_PAUSE))
