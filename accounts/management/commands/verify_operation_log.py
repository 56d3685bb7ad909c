"""Verify the hash chains of the operation log: no entry was altered, removed or moved since it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Subquery

from accounts.log.append import columns, link
from accounts.models import ChainHead, Heartbeat, OperationLogEntry
from accounts.normalization import printable
from accounts.outages import is_outage

ALTERED = "an entry was altered: its content does not match its hash"
MISSING = "an entry is missing"
NEWEST_MISSING = "the newest entries are missing"
MOVED = "entries changed places"
HEAD_ALTERED = "the head of the chain does not match its last entry"
PROGRESS_EVERY = 100_000
# SQLite stores values of any type in a column. Reading a value of the wrong type raises one of these.
UNREADABLE = (ValueError, AttributeError, DatabaseError)


class Command(BaseCommand):
    help = "Check every chain of the operation log; exit 1 and name chain and seq of the first fault of each."

    def handle(self, *args: Any, **options: Any) -> None:
        self.count = faults = 0
        for fault in self.faults():
            faults += 1
            self.stderr.write(printable(fault))
        self.note(is_ok=not faults)
        if faults:
            raise CommandError(f"Broken chains: {faults}. Entries read: {self.count}.")
        self.stdout.write(f"{self.count} entries verified.")

    def note(self, *, is_ok: bool) -> None:
        """Save the result for the metrics. The log can also be verified on a copy that is read-only."""
        with suppress(DatabaseError):
            Heartbeat.beat(Heartbeat.Job.VERIFY, is_ok=is_ok)

    def faults(self) -> Iterator[str]:
        """Yield one line per broken chain. Entries and heads are read in one statement, so they are consistent."""
        head = ChainHead.objects.filter(chain=OuterRef("chain"))
        entries = OperationLogEntry.objects.order_by("chain", "seq").annotate(
            head_seq=Subquery(head.values("seq")), head_hash=Subquery(head.values("hash"))
        )
        for chain, links in groupby(self.read(entries.iterator(2000)), key=lambda entry: entry.chain):
            if fault := fault_of(links):
                yield f"chain {chain} seq {fault[0]}: {fault[1]}"
        emptied = ~Exists(OperationLogEntry.objects.filter(chain=OuterRef("chain")))
        for lost in ChainHead.objects.filter(emptied, seq__gt=0).order_by("chain").iterator(2000):
            yield f"chain {lost.chain} seq 1: {NEWEST_MISSING} (1 to {lost.seq})"

    def read(self, entries: Iterator[Any]) -> Iterator[Any]:
        try:
            for entry in entries:
                self.count += 1
                if self.count % PROGRESS_EVERY == 0:
                    self.stderr.write(f"{self.count} entries read")
                yield entry
        except UNREADABLE as error:
            if is_outage(error):
                raise
            self.note(is_ok=False)
            raise CommandError(f"{self.unreadable()}: {ALTERED}") from error

    def unreadable(self) -> str:
        """Find the unreadable entry. Rows are read in chunks, so the rest is read again one by one."""
        keys = OperationLogEntry.objects.order_by("chain", "seq").values_list("chain", "seq", "pk")
        for chain, seq, pk in keys[self.count :].iterator(2000):
            try:
                OperationLogEntry.objects.get(pk=pk)
            except UNREADABLE as error:
                if is_outage(error):
                    raise
                return f"chain {chain} seq {seq}"
        return f"after {self.count} entries"


def fault_of(links: Iterator[Any]) -> tuple[int, str] | None:
    """Return seq and text of the first fault of a chain, or None. The entries are ordered by seq."""
    seq, last_id, last_hash, head = 0, 0, "", (0, "")
    for entry in links:
        seq += 1
        if entry.seq != seq:
            return seq, MISSING
        if words := _fault_of_link(entry, last_id, last_hash):
            return seq, words
        last_id, last_hash, head = entry.pk, entry.hash, (entry.head_seq, entry.head_hash)
    if head[0] is not None and head[0] > seq:
        return seq + 1, f"{NEWEST_MISSING} ({seq + 1} to {head[0]})"
    return None if head == (seq, last_hash) else (seq, HEAD_ALTERED)


def _fault_of_link(entry: OperationLogEntry, last_id: int, last_hash: str) -> str:
    if link(entry.previous_hash, entry.payload) != entry.hash:
        return ALTERED
    hashed = _parse(entry.payload)
    if hashed.get("seq", entry.seq) != entry.seq or entry.pk <= last_id:
        return MOVED
    return "" if columns(entry) == hashed and entry.previous_hash == last_hash else ALTERED


def _parse(payload: str) -> dict[str, Any]:
    try:
        parsed = json.loads(payload)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
