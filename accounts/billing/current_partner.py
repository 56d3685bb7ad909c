"""Which partner a customer is associated with: asked here, answered from above.

accounts knows no associations. The app that does hands in its answer when it starts (`provide`), and accounts asks for
no more than the partner's tenant and whether it resells.
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
    """Let `lookup` answer from now on, in at most one query."""
    _lookups[:] = [lookup]


def current_partner(customer: Tenant) -> CurrentPartner | None:
    """Return the customer's partner, or None while it is not associated."""
    if not _lookups:
        raise LookupError("No app answers which partner a customer has.")
    return _lookups[0](customer)
