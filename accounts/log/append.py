"""Append entries to the operation log, a set of hash chains. Every write to the log goes through this module.

The hash of an entry covers its canonical text and the previous hash. The chain's head row, locked here, stores the
last number and hash. `manage.py verify_operation_log` checks all chains. Operations import this module.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.utils import timezone

from accounts.log.sentences import REMARKS
from accounts.models import ChainHead, Operation, OperationLogEntry, Result, Side, Tenant, User
from accounts.single import one_or_none

JSON: TypeAlias = "str | int | float | bool | list[Any] | dict[str, Any] | None"

MAX_REFUSALS_PER_HOUR = 20
REPEATED_WITHIN = timedelta(minutes=1)
# Two refusals of one actor are duplicates if these columns are equal.
DUPLICATE_COLUMNS = ("chain", "operation", "reference", "remark_word", "remark_data")
VENDOR_CHAIN = "vendor"

# The hash covers every column except `id`, `payload` and the hashes themselves. `at` is added by `columns`.
HASHED_COLUMNS = (
    "chain",
    "seq",
    "operation",
    "result",
    "side",
    "actor_id",
    "customer_id",
    "partner_id",
    "reference",
    "status_before",
    "status_after",
    "remark_word",
    "remark_data",
)


@dataclass(frozen=True)
class LogScope:
    """The subject of an entry: its chain, the acting side and user, both tenants, the reference."""

    chain: str
    side: Side
    actor: User | None
    customer: Tenant | None
    partner: Tenant | None
    reference: str = ""

    @classmethod
    def of_tenant(cls, tenant: Tenant | None, *, side: Side, actor: User | None, reference: str = "") -> LogScope:
        """Return the scope of an entry in the tenant's chain, which only that tenant and staff read.

        Without a tenant the entry goes to the vendor's chain, which only staff read.
        """
        if tenant is None:
            return cls(VENDOR_CHAIN, side, actor, None, None, reference)
        customer, partner = (None, tenant) if tenant.is_partner else (tenant, None)
        return cls(f"tenant:{tenant.pk}", side, actor, customer, partner, reference)

    @classmethod
    def of_actor(cls, actor: User, reference: str = "") -> LogScope:
        """Return the scope of an act that concerns one user, such as entering a code: their tenant's chain."""
        return cls.of_tenant(actor.tenant, side=Side.of(actor.tenant), actor=actor, reference=reference)


def append(
    scope: LogScope,
    operation: Operation,
    *,
    result: Result = Result.DONE,
    status_before: str = "",
    status_after: str = "",
    remark: str = "",
    at: datetime | None = None,
    **data: JSON,
) -> OperationLogEntry:
    """Append one entry inside the caller's transaction and return it.

    `remark` is a key of REMARKS and `data` fills its sentence; another key raises ValueError. `at` defaults to now and
    is given only to load history. The chain's head stays locked until the transaction ends, so take all other locks
    first. Raise RuntimeError outside of a transaction.
    """
    entry = _entry(scope, operation, result, remark, data)
    entry.status_before, entry.status_after = status_before, status_after
    return _seal(entry, at)


def append_refusal(
    scope: LogScope, operation: Operation, *, remark: str = "", **data: JSON
) -> OperationLogEntry | None:
    """Append a refused entry and return it. Throttled per actor.

    Return None and append nothing if the actor has the same refusal from the last minute, or 20 from the last hour.
    """
    _lock_head(scope.chain)
    entry = _entry(scope, operation, Result.REFUSED, remark, data)
    if scope.actor is not None and _is_throttled(entry, scope.actor):
        return None
    return _seal(entry)


def canonical_text(entry: OperationLogEntry) -> str:
    """Return the hashed text: the columns as JSON with sorted keys, the time in UTC with microseconds."""
    return json.dumps(columns(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def columns(entry: OperationLogEntry) -> dict[str, Any]:
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"at": at, **{name: getattr(entry, name) for name in HASHED_COLUMNS}}


def link(previous_hash: str, payload: str) -> str:
    return hashlib.sha256(f"{previous_hash}\n{payload}".encode()).hexdigest()


def _lock_head(chain: str) -> ChainHead:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Append a log entry in the transaction of the change that it records.")
    heads = ChainHead.objects.select_for_update(no_key=True).filter(chain=chain)
    head = one_or_none(heads)
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
        head = heads.get()
    return head


def _entry(
    scope: LogScope, operation: Operation, result: Result, remark: str, data: dict[str, JSON]
) -> OperationLogEntry:
    if remark and remark not in REMARKS:
        raise ValueError(f"{remark!r} is not a key of REMARKS in accounts/log/sentences.py")
    return OperationLogEntry(
        chain=scope.chain,
        operation=operation,
        result=result,
        side=scope.side,
        actor=scope.actor,
        customer=scope.customer,
        partner=scope.partner,
        reference=scope.reference,
        remark_word=remark,
        remark_data=data,
    )


def _seal(entry: OperationLogEntry, at: datetime | None = None) -> OperationLogEntry:
    head = _lock_head(entry.chain)
    entry.seq, entry.previous_hash, entry.at = head.seq + 1, head.hash, at or timezone.now()
    entry.payload = canonical_text(entry)
    entry.hash = link(entry.previous_hash, entry.payload)
    entry.save()
    ChainHead.objects.filter(chain=entry.chain).update(seq=entry.seq, hash=entry.hash)
    return entry


def _is_throttled(entry: OperationLogEntry, actor: User) -> bool:
    now = timezone.now()
    refusals = OperationLogEntry.objects.filter(actor=actor, result=Result.REFUSED, at__gt=now - timedelta(hours=1))
    recent = list(refusals.order_by("-at").values("at", *DUPLICATE_COLUMNS)[:MAX_REFUSALS_PER_HOUR])
    duplicate = {name: getattr(entry, name) for name in DUPLICATE_COLUMNS}
    is_repeated = any(row.pop("at") > now - REPEATED_WITHIN and row == duplicate for row in recent)
    return is_repeated or len(recent) == MAX_REFUSALS_PER_HOUR
