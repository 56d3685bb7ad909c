"""Pairs of tenants that may be one account: equal match keys, or equal name, billing account and commitment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import CommerceContract, ReservedInstance, Tenant
from accounts.source_keys import account_key, sibling_key


@dataclass(frozen=True)
class Pair:
    first: Tenant
    second: Tenant
    reason: str


def pairs() -> Iterator[Pair]:
    """Yield each possible duplicate with the first tenant that it may be."""
    yield from _same_match_key()
    yield from _renamed()


def _same_match_key() -> Iterator[Pair]:
    for (key,) in _shared_values("match_key"):
        first, *others = Tenant.objects.filter(match_key=key).order_by("pk")
        for other in others:
            is_one = account_key(first.key) == account_key(other.key)
            yield Pair(first, other, _("two spellings of one account") if is_one else _("different in case only"))


def _renamed() -> Iterator[Pair]:
    for name, account in _shared_values("name", "billing_account"):
        first, *others = Tenant.objects.filter(name=name, billing_account=account).order_by("pk")
        held = commitments_of([first, *others])
        for other in others:
            if held[first.pk] & held[other.pk]:
                yield Pair(first, other, _("the same name, billing account and commitment"))


def _shared_values(*names: str) -> Iterator[tuple[str, ...]]:
    """Yield the non-empty values that several tenants share."""
    rows = Tenant.objects.exclude(**{names[-1]: ""}).values_list(*names).annotate(tenants=Count("pk"))
    for *values, _tenants in rows.filter(tenants__gt=1).order_by(*names):
        yield tuple(values)


def commitments_of(tenants: Sequence[Tenant]) -> dict[int, set[str]]:
    """Return the normalized numbers of all commitments by tenant."""
    keys, held = {tenant.pk: tenant.key for tenant in tenants}, defaultdict[int, set[str]](set)
    for table in (ReservedInstance, CommerceContract):
        for pk, number in table.objects.filter(tenant__in=keys).values_list("tenant_id", "number"):
            held[pk].add(sibling_key(keys[pk], number))
    return held
