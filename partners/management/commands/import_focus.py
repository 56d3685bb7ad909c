"""`manage.py import_focus FILE --model reseller|referral`: load customers, partners and commitments of a FOCUS file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.normalization import printable
from partners.focus.gathering import BilledCustomer, Gathering
from partners.focus.importing import import_customers, import_partners
from partners.focus.mapping import Columns, columns_of
from partners.focus.progress import Progress
from partners.focus.records import BadRecord, Lines, Records, UnreadableFile, read_header
from partners.focus.run import Figures, Report, Run
from partners.models import Association

BATCH = 200  # customers of one transaction: short enough for the portal to go on working on SQLite

Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Load a FOCUS 1.0 to 1.3 Cost and Usage CSV file of any size. The figures go to stdout as one line of JSON, "
        "progress, bad records and conflicts to stderr. Run it again after an interruption, or for the next month."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file in UTF-8")
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
            "--direct",
            metavar="NAME",
            action="append",
            default=[],
            help="an InvoiceIssuerName whose customers have no partner, such as your own; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            with open(options["file"], "rb") as stream:
                figures = self._import(stream, options)
        except (OSError, UnreadableFile) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise CommandError(_("%(file)s: %(reason)s") % {"file": options["file"], "reason": reason}) from error
        except KeyboardInterrupt as error:
            message = _("Interrupted. What was written is kept. Run the same command again for the rest.")
            raise CommandError(message, returncode=130) from error
        figures["seconds"] = round(time.monotonic() - started, 3)
        self.stdout.write(json.dumps(figures))

    def _import(self, stream: BinaryIO, options: dict[str, Any]) -> dict[str, int | float]:
        lines = Lines(stream)
        columns = columns_of(read_header(lines))
        run = _run_of(options, columns)
        gathering = Gathering()
        try:
            rows, bad_rows = self._gather(lines, columns, gathering, os.fstat(stream.fileno()).st_size)
            figures = self._write(gathering, run)
        finally:
            gathering.close()
        return {"rows": rows, "bad_rows": bad_rows, **vars(figures)}

    def _gather(self, lines: Lines, columns: Columns, gathering: Gathering, size: int) -> tuple[int, int]:
        rows = bad_rows = 0
        progress = Progress(self.stderr.write)
        for record in Records(lines, columns.width, columns.read):
            rows += 1
            if isinstance(record, BadRecord):
                bad_rows += 1
                self._say(_("line %(line)s: %(reason)s") % vars(record))
            else:
                gathering.add(record)
            if rows % 1000 == 0:
                progress.tell(_("records read"), rows, of=(lines.bytes_read, size))
        progress.tell(_("records read"), rows, is_last=True)
        return rows, bad_rows

    def _write(self, gathering: Gathering, run: Run) -> Figures:
        figures, progress, written = Figures(), Progress(self.stderr.write), 0
        unknown = set(run.direct)
        for issuers in _batches(gathering.issuers()):
            figures.add(import_partners(issuers, run).tell(self._say))
            unknown.difference_update(issuers)
        for name in sorted(unknown):
            self._say(_("--direct %(name)s: no record of the file names this issuer") % {"name": name})
        for customers in _batches(gathering.customers()):
            figures.add(_import_batch(customers, run).tell(self._say))
            written += len(customers)
            progress.tell(_("customers written"), written)
        progress.tell(_("customers written"), written, is_last=True)
        return figures

    def _say(self, message: str) -> None:
        self.stderr.write(printable(message))


def _run_of(options: dict[str, Any], columns: Columns) -> Run:
    return Run(
        model=options["model"],
        at=timezone.now(),
        direct=frozenset(options["direct"]),
        is_dry_run=options["dry_run"],
        adopts=options["adopt"],
        brings_commitments=columns.brings_commitments,
    )


def _import_batch(customers: Sequence[BilledCustomer], run: Run) -> Report:
    """Write the batch; once more when somebody else created one of its rows at the same moment."""
    try:
        return import_customers(customers, run)
    except IntegrityError:
        return import_customers(customers, run)


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while found := list(islice(items, BATCH)):
        yield found
