"""Look up a customer's current partner, by dependency inversion: accounts does not import associations.

The partners app registers its lookup on startup (`provide`). It returns the partner's tenant and whether it resells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Tenant


@dataclass(frozen=True)
class CurrentPartner:
    tenant: Tenant
    is_reseller: bool


PartnerLookup = Callable[[Tenant], CurrentPartner | None]
_lookups: list[PartnerLookup] = []


def provide(lookup: PartnerLookup) -> None:
    """Register the lookup. It runs at most one query."""
    _lookups[:] = [lookup]


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """Return the customer's partner, or None if the customer is not associated. Raise LookupError without a lookup."""
    if not _lookups:
        raise LookupError("No app answers which partner a customer has.")
    return _lookups[0](customer)
