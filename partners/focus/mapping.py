"""Map a Cost and Usage record to a charge: its customer, issuer, currency, billing period and commitment.

Other columns are not validated. FOCUS 1.3 deprecated ProviderName in favour of ServiceProviderName. If a file has both,
ProviderName wins: a customer then keeps its key when the vendor upgrades the format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.source_keys import ISSUER, NULLS_OF_PROVIDERS, fold, match_key
from partners.focus.contracts import applied_numbers
from partners.focus.formats import UnreadableFile, misspelled
from partners.focus.records import Problem
from partners.focus.values import MAX_KEY, MAX_NAME, SHOWN, BadCell, currency_of, key_of, moment_of, text_of

ISSUER_PREFIX = f"{ISSUER}:"
REQUIRED = ("BillingAccountId", "BillingCurrency", "BillingPeriodStart", "InvoiceIssuerName")
PROVIDERS = ("ProviderName", "ServiceProviderName")
OPTIONAL = (
    "BillingPeriodEnd",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "SubAccountId",
    "SubAccountName",
    "BillingAccountName",
    "CommitmentDiscountId",
    "CommitmentDiscountCategory",
    "CommitmentDiscountType",
    "CommitmentDiscountName",
)
PURCHASE = "purchase"  # the ChargeCategory whose charge period is the term of the commitment
TERM = ("ChargePeriodStart", "ChargePeriodEnd")
KNOWN = (*REQUIRED, *PROVIDERS, *OPTIONAL)
KEYS = ("SubAccountId", "BillingAccountId", "CommitmentDiscountId")
CACHED_ROWS = 8192  # cached


def issuer_key(name: str) -> str:
    """Return the normalized key of an issuer, equal for all spellings of its name."""
    return match_key(ISSUER_PREFIX + name)


class Charge(NamedTuple):
    """The columns of one record that the portal uses. A missing value is an empty string."""

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
    commitment_category: str = ""
    term_start: str = ""  # of the commitment, when the record is its purchase
    term_end: str = ""
    contracts: str = ""  # numbers of the contract commitments it was applied to, one per line


@dataclass(frozen=True)
class Columns:
    """The positions of the columns in this file. Parsed rows are cached: most rows are equal in the columns we use."""

    width: int
    has_commitments: bool
    pick: Callable[[list[str]], tuple[str, ...]]
    pick_term: Callable[[list[str]], tuple[str, ...]]
    category: int
    contracts: int
    interpret: Callable[[tuple[str, ...]], Charge | Problem]

    @property
    def has_contracts_applied(self) -> bool:
        return self.contracts < self.width

    def read(self, cells: list[str]) -> Charge | Problem:
        cells.append("")  # the cell of every column that the file lacks
        is_purchase = cells[self.category].strip().casefold() == PURCHASE
        charge = self.interpret(self.pick(cells) + (self.pick_term(cells) if is_purchase else ("", "")))
        applied = cells[self.contracts]
        return _with_contracts(charge, text_of(applied)) if applied and isinstance(charge, Charge) else charge


def columns_of(header: list[str]) -> Columns:
    """Return the columns. Raise UnreadableFile with the names of missing ones."""
    missing = [name for name in REQUIRED if name not in header]
    if not any(name in header for name in PROVIDERS):
        missing.insert(0, _("ProviderName (or ServiceProviderName)"))
    if others := misspelled(header, missing):
        text = _("The columns are not spelled as in FOCUS. Rename them: %(names)s, and so on.")
        raise UnreadableFile(text % {"names": ", ".join(others)})
    if missing:
        text = _("The file lacks columns. Export it with %(names)s.")
        raise UnreadableFile(text % {"names": ", ".join(missing)})
    if "ContractApplied" in header and "CommitmentDiscountId" not in header:
        raise UnreadableFile(_("ContractApplied is not enough: export the file with CommitmentDiscountId, too."))
    twice = [name for name in KNOWN if header.count(name) > 1]
    if twice:
        text = _("The file has a column twice: %(names)s. Delete one of the two.")
        raise UnreadableFile(text % {"names": ", ".join(twice)})

    def at(name: str) -> int:
        return header.index(name) if name in header else len(header)

    return Columns(
        width=len(header),
        has_commitments="CommitmentDiscountId" in header,
        pick=itemgetter(*map(at, KNOWN)),
        pick_term=itemgetter(*map(at, TERM)),
        category=at("ChargeCategory"),
        contracts=at("ContractApplied"),
        interpret=lru_cache(CACHED_ROWS)(_charge_of),
    )


def _charge_of(cells: tuple[str, ...]) -> Charge | Problem:
    cell = dict(zip((*KNOWN, *TERM), map(text_of, cells), strict=True))
    provider = cell["ProviderName"] or cell["ServiceProviderName"]
    cell |= {name: key_of(cell[name], provider) for name in KEYS}
    whose = "SubAccount" if cell["SubAccountId"] else "BillingAccount"
    key, account = f"{provider}:{cell[whose + 'Id']}", cell["BillingAccountId"]
    if not provider:
        return Problem(_("ProviderName is empty"), account="" if account in NULLS_OF_PROVIDERS else account)
    if not cell[whose + "Id"]:
        return Problem(_("SubAccountId and BillingAccountId are empty"), account=account)
    try:
        charge = Charge(
            key,
            cell[whose + "Name"][:MAX_NAME],
            cell["InvoiceIssuerName"],
            currency_of("BillingCurrency", cell["BillingCurrency"]),
            moment_of("BillingPeriodStart", cell["BillingPeriodStart"]),
            cell["CommitmentDiscountId"],
            cell["CommitmentDiscountType"],
            cell["CommitmentDiscountName"][:MAX_NAME],
            moment_of("BillingPeriodEnd", cell["BillingPeriodEnd"]),
            account,
            cell["CommitmentDiscountCategory"],
            *_term_of(cell),
        )
        _validate(charge)
    except BadCell as error:
        return Problem(str(error), key, account)
    return charge


def _with_contracts(charge: Charge, applied: str) -> Charge | Problem:
    if not applied:
        return charge
    try:
        return charge._replace(contracts="\n".join(applied_numbers(applied)))
    except BadCell as error:
        return Problem(str(error), charge.customer_key, charge.account)


def _term_of(cell: dict[str, str]) -> tuple[str, str]:
    """Return the term of a one-time purchase. A recurring charge covers one instalment; a correction has no term."""
    is_full_purchase = cell["ChargeFrequency"].casefold() in {"", "one-time"} and not cell["ChargeClass"]
    if not (is_full_purchase and cell["CommitmentDiscountId"]):
        return "", ""
    start, end = (moment_of(name, cell[name]) for name in TERM)
    if start and end and end <= start:
        raise BadCell(_("ChargePeriodEnd is not after ChargePeriodStart"))
    return start, end


def _validate(charge: Charge) -> None:
    """Refuse a record with cells that do not fit their columns or contradict each other."""
    if not charge.period:
        raise BadCell(_("BillingPeriodStart is empty"))
    if charge.period_end and charge.period_end <= charge.period:
        raise BadCell(_("BillingPeriodEnd is not after BillingPeriodStart"))
    if max(len(charge.customer_key), len(ISSUER_PREFIX + charge.issuer), len(charge.commitment)) > MAX_KEY:
        raise BadCell(_("an ID or InvoiceIssuerName has more than %(length)s characters") % {"length": MAX_KEY})
    if fold(charge.customer_key).startswith(ISSUER_PREFIX):
        raise BadCell(_("the provider's name is reserved here: %(key)s") % {"key": charge.customer_key[:SHOWN]})
