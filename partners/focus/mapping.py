"""What the portal reads of a FOCUS record: who is the customer, who bills it, in which currency, and what it holds.

Only these columns are judged. FOCUS 1.3 brought ServiceProviderName in place of ProviderName, which stays beside it,
deprecated; the older one goes first, so that a customer keeps its key from one version of the format to the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext as _

from partners.focus.records import Problem, UnreadableFile

ISSUER_PREFIX = "issuer:"
MAX_KEY = MAX_NAME = 200
REQUIRED = ("BillingAccountId", "BillingCurrency", "BillingPeriodStart", "InvoiceIssuerName")
PROVIDERS = ("ProviderName", "ServiceProviderName")
OPTIONAL = (
    "BillingPeriodEnd",
    "SubAccountId",
    "SubAccountName",
    "BillingAccountName",
    "CommitmentDiscountId",
    "CommitmentDiscountType",
    "CommitmentDiscountName",
)
KNOWN = (*REQUIRED, *PROVIDERS, *OPTIONAL)
EQUAL_ROWS = 8192  # that are remembered with what they say
YEARS = range(1971, 9999)  # that every time zone and both databases can hold
_CURRENCY = re.compile(r"[A-Z]{3}")


class Charge(NamedTuple):
    """What the portal keeps of one record. Text that the file does not tell is empty."""

    customer_key: str
    customer_name: str
    issuer: str
    currency: str
    period: str  # start of the billing period, ISO 8601 in UTC, so that it sorts as text
    commitment: str
    commitment_type: str
    commitment_name: str
    period_end: str = ""
    account: str = ""  # the billing account


@dataclass(frozen=True)
class Columns:
    """Where the columns are in this file. Equal cells are read once: most rows differ in nothing that is read."""

    width: int
    brings_commitments: bool
    pick: Callable[[list[str]], tuple[str, ...]]
    interpret: Callable[[tuple[str, ...]], Charge | Problem]

    def read(self, cells: list[str]) -> Charge | Problem:
        cells.append("")  # the cell of every column that the file lacks
        return self.interpret(self.pick(cells))


def columns_of(header: list[str]) -> Columns:
    """Find the columns, or raise UnreadableFile that names those that are missing."""
    missing = [name for name in REQUIRED if name not in header]
    if not any(name in header for name in PROVIDERS):
        missing.insert(0, _("ProviderName (or ServiceProviderName)"))
    if missing:
        raise UnreadableFile(_("The file lacks the columns: %(names)s") % {"names": ", ".join(missing)})
    twice = [name for name in KNOWN if header.count(name) > 1]
    if twice:
        raise UnreadableFile(_("The file has a column twice: %(names)s") % {"names": ", ".join(twice)})
    return Columns(
        width=len(header),
        brings_commitments="CommitmentDiscountId" in header,
        pick=itemgetter(*(header.index(name) if name in header else len(header) for name in KNOWN)),
        interpret=lru_cache(EQUAL_ROWS)(_charge_of),
    )


def _charge_of(cells: tuple[str, ...]) -> Charge | Problem:
    cell = dict(zip(KNOWN, map(_text, cells), strict=True))
    provider = cell["ProviderName"] or cell["ServiceProviderName"]
    whose = "SubAccount" if cell["SubAccountId"] else "BillingAccount"
    start, end = period_of(cell["BillingPeriodStart"]), period_of(cell["BillingPeriodEnd"])
    charge = Charge(
        f"{provider}:{cell[whose + 'Id']}",
        cell[whose + "Name"][:MAX_NAME],
        cell["InvoiceIssuerName"],
        cell["BillingCurrency"],
        start,
        cell["CommitmentDiscountId"],
        cell["CommitmentDiscountType"],
        cell["CommitmentDiscountName"][:MAX_NAME],
        end,
        cell["BillingAccountId"],
    )
    if not provider or not cell[whose + "Id"]:
        return Problem(_missing(provider), account=charge.account)
    reason = _reason(charge, provider, cell["BillingPeriodEnd"])
    return Problem(reason, charge.customer_key, charge.account) if reason else charge


def period_of(cell: str) -> str:
    """Return a moment in UTC, ISO 8601, or nothing when the cell does not tell one."""
    try:
        start = datetime.fromisoformat(cell)
    except ValueError:
        return ""
    if start.year not in YEARS:
        return ""
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _text(cell: str) -> str:
    """FOCUS writes a null as an empty cell; many exports write the word."""
    text = cell.strip()
    return "" if text in {"NULL", "null", "Null"} else text


def _reason(charge: Charge, provider: str, end: str) -> str:
    """Why the record of a known customer is bad, or nothing."""
    if charge.currency and not _CURRENCY.fullmatch(charge.currency):
        return _("BillingCurrency is not a code of ISO 4217: %(cell)s") % {"cell": charge.currency[:20]}
    if not charge.period:
        return _("BillingPeriodStart is not a date")
    if end and charge.period_end <= charge.period:
        return _("BillingPeriodEnd is not a date after BillingPeriodStart")
    if max(len(charge.customer_key), len(ISSUER_PREFIX + charge.issuer), len(charge.commitment)) > MAX_KEY:
        return _("an ID or the issuer's name is longer than %(length)s characters") % {"length": MAX_KEY}
    if charge.customer_key.startswith(ISSUER_PREFIX):
        return _("the provider's name is reserved: %(name)s") % {"name": provider}
    return ""


def _missing(provider: str) -> str:
    return _("SubAccountId and BillingAccountId are empty") if provider else _("ProviderName is empty")
