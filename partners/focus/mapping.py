"""What the portal reads of a FOCUS record: who is the customer, who bills it, in which currency, and what it holds.

Only these columns are judged. FOCUS 1.3 brought ServiceProviderName in place of ProviderName, which stays beside it,
deprecated; the older one goes first, so that a customer keeps its key from one version of the format to the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.normalization import visible
from partners.focus.records import Problem, UnreadableFile

ISSUER_PREFIX = "issuer:"
MAX_KEY = MAX_NAME = 200
REQUIRED = ("BillingAccountId", "BillingCurrency", "BillingPeriodStart", "InvoiceIssuerName")
PROVIDERS = ("ProviderName", "ServiceProviderName")
OPTIONAL = (
    "SubAccountId",
    "SubAccountName",
    "BillingAccountName",
    "CommitmentDiscountId",
    "CommitmentDiscountType",
    "CommitmentDiscountName",
)
YEARS = range(1971, 9999)  # that every time zone and both databases can hold
_CURRENCY = re.compile(r"[A-Z]{3}")


class Charge(NamedTuple):
    """One record. Text that the file does not tell is empty."""

    customer_key: str
    customer_name: str
    issuer: str
    currency: str
    period: str  # start of the billing period, ISO 8601 in UTC, so that it sorts as text
    commitment: str
    commitment_type: str
    commitment_name: str


@dataclass(frozen=True)
class Columns:
    """Where the columns stand in this file. A column that it lacks points behind the last cell."""

    width: int
    at: dict[str, int]

    @property
    def brings_commitments(self) -> bool:
        return self.at["CommitmentDiscountId"] < self.width

    def read(self, cells: list[str]) -> Charge | Problem:
        cells.append("")
        at = self.at
        provider = _text(cells[at["ProviderName"]]) or _text(cells[at["ServiceProviderName"]])
        account, name = _text(cells[at["SubAccountId"]]), _text(cells[at["SubAccountName"]])
        if not account:
            account, name = _text(cells[at["BillingAccountId"]]), _text(cells[at["BillingAccountName"]])
        charge = Charge(
            f"{provider}:{account}",
            name[:MAX_NAME],
            _text(cells[at["InvoiceIssuerName"]]),
            _text(cells[at["BillingCurrency"]]),
            period_of(cells[at["BillingPeriodStart"]]),
            _text(cells[at["CommitmentDiscountId"]]),
            _text(cells[at["CommitmentDiscountType"]]),
            _text(cells[at["CommitmentDiscountName"]])[:MAX_NAME],
        )
        return _problem_of(charge, provider, account) or charge


def columns_of(header: list[str]) -> Columns:
    """Find the columns, or raise UnreadableFile that names those that are missing."""
    missing = [name for name in REQUIRED if name not in header]
    if not any(name in header for name in PROVIDERS):
        missing.insert(0, _("ProviderName (or ServiceProviderName)"))
    if missing:
        raise UnreadableFile(_("The file lacks the columns: %(names)s") % {"names": ", ".join(missing)})
    known = (*REQUIRED, *PROVIDERS, *OPTIONAL)
    twice = [name for name in known if header.count(name) > 1]
    if twice:
        raise UnreadableFile(_("The file has a column twice: %(names)s") % {"names": ", ".join(twice)})
    return Columns(len(header), {name: header.index(name) if name in header else len(header) for name in known})


@lru_cache(maxsize=1024)
def period_of(cell: str) -> str:
    """Return the start of the billing period in UTC, or nothing when the cell does not tell it."""
    try:
        start = datetime.fromisoformat(_text(cell))
    except ValueError:
        return ""
    if start.year not in YEARS:
        return ""
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _text(cell: str) -> str:
    """FOCUS writes a null as an empty cell; many exports write the word."""
    text = visible(cell).strip()
    return "" if text in {"NULL", "null", "Null"} else text


def _problem_of(charge: Charge, provider: str, account: str) -> Problem | None:
    if not provider or not account or not charge.issuer:
        return Problem(_missing(provider, account))
    if charge.currency and not _CURRENCY.fullmatch(charge.currency):
        return Problem(_("BillingCurrency is not a code of ISO 4217: %(cell)s") % {"cell": charge.currency[:20]})
    if not charge.period:
        return Problem(_("BillingPeriodStart is not a date"))
    if max(len(charge.customer_key), len(ISSUER_PREFIX + charge.issuer), len(charge.commitment)) > MAX_KEY:
        return Problem(_("an ID or the issuer's name is longer than %(length)s characters") % {"length": MAX_KEY})
    if charge.customer_key.startswith(ISSUER_PREFIX):
        return Problem(_("the provider's name is reserved: %(name)s") % {"name": provider})
    return None


def _missing(provider: str, account: str) -> str:
    if not provider:
        return _("ProviderName is empty")
    return _("InvoiceIssuerName is empty") if account else _("SubAccountId and BillingAccountId are empty")
