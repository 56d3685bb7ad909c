"""Reader: the side of the user who reads a page, and the names of all sides for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Side, User
from partners.models import Association, DisassociationRequest


@dataclass(frozen=True)
class Reader:
    side: Side
    is_administrator: bool

    @classmethod
    def of(cls, user: User) -> Reader:
        """Return the reader for a user of a tenant. Raise ValueError for vendor staff."""
        if user.tenant is None:
            raise ValueError("Vendor staff read no tenant's pages.")
        return cls(Side.of(user.tenant), user.is_administrator)

    def names(self, subject: Association | DisassociationRequest) -> Mapping[str, str]:
        """Return the name of each side in a sentence for this reader. The reader's own side is "You"."""
        names: dict[str, str] = {
            Side.CUSTOMER: subject.customer.name,
            Side.PARTNER: subject.partner.tenant.name,
            Side.VENDOR: settings.VENDOR_NAME,
            Side.SYSTEM: settings.PRODUCT_NAME,
        }
        return names | {self.side: _("You")}

    def other_name(self, subject: Association | DisassociationRequest) -> str:
        return self.names(subject)[self.side.opposite]

    def started(self, request: DisassociationRequest) -> bool:
        return request.initiator == self.side

    def waiting_in(self, opened: Iterable[DisassociationRequest | None]) -> int:
        """Return how many of these requests wait for the reader: the number beside Process."""
        return sum(request is not None and self.may_decide(request) for request in opened)

    def may_decide(self, request: DisassociationRequest) -> bool:
        """True for an administrator of the counterparty while the request is pending."""
        return self.is_administrator and request.waits_for(self.side)
