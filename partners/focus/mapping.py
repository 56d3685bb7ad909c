"""What the portal reads of a FOCUS record: who is the customer, who bills it, in which currency, and what it holds.

Only these columns are judged. FOCUS 1.3 brought ServiceProviderName in place of ProviderName, which stays beside it,
deprecated; the older one goes first, so that a customer keeps its key from one version of the format to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.source_keys import ISSUER, fold, match_key
from partners.focus.contracts import applied_numbers
from partners.focus.formats import UnreadableFile, respelled
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
PURCHASE = "purchase"  # the ChargeCategory whose charge period is the term of what was bought
TERM = ("ChargePeriodStart", "ChargePeriodEnd")
KNOWN = (*REQUIRED, *PROVIDERS, *OPTIONAL)
KEYS = ("SubAccountId", "BillingAccountId", "CommitmentDiscountId")
EQUAL_ROWS = 8192  # that are remembered with what they say


def issuer_key(name: str) -> str:
    """Return what is equal for all spellings of one issuer's name."""
    return match_key(ISSUER_PREFIX + name)


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
    commitment_category: str = ""
    term_start: str = ""  # of the commitment, when the record is its purchase
    term_end: str = ""
    contracts: str = ""  # the contract commitments that it was applied to, a line each


@dataclass(frozen=True)
class Columns:
    """Where the columns are in this file. Equal cells are read once: most rows differ in nothing that is read."""

    width: int
    brings_commitments: bool
    pick: Callable[[list[str]], tuple[str, ...]]
    pick_term: Callable[[list[str]], tuple[str, ...]]
    category: int
    contracts: int
    interpret: Callable[[tuple[str, ...]], Charge | Problem]

    def read(self, cells: list[str]) -> Charge | Problem:
        cells.append("")  # the cell of every column that the file lacks
        is_purchase = cells[self.category].strip().casefold() == PURCHASE
        charge = self.interpret(self.pick(cells) + (self.pick_term(cells) if is_purchase else ("", "")))
        applied = cells[self.contracts]
        return _with_contracts(charge, text_of(applied)) if applied and isinstance(charge, Charge) else charge


def columns_of(header: list[str]) -> Columns:
    """Find the columns, or raise UnreadableFile that names those that are missing."""
    missing = [name for name in REQUIRED if name not in header]
    if not any(name in header for name in PROVIDERS):
        missing.insert(0, _("ProviderName (or ServiceProviderName)"))
    if others := respelled(header, missing):
        text = _("Its columns are not spelled as FOCUS spells them: rename them to %(names)s and so on.")
        raise UnreadableFile(text % {"names": ", ".join(others)})
    if missing:
        raise UnreadableFile(_("The file lacks the columns: %(names)s") % {"names": ", ".join(missing)})
    twice = [name for name in KNOWN if header.count(name) > 1]
    if twice:
        raise UnreadableFile(_("The file has a column twice: %(names)s") % {"names": ", ".join(twice)})

    def at(name: str) -> int:
        return header.index(name) if name in header else len(header)

    return Columns(
        width=len(header),
        brings_commitments="CommitmentDiscountId" in header or "ContractApplied" in header,
        pick=itemgetter(*map(at, KNOWN)),
        pick_term=itemgetter(*map(at, TERM)),
        category=at("ChargeCategory"),
        contracts=at("ContractApplied"),
        interpret=lru_cache(EQUAL_ROWS)(_charge_of),
    )


def _charge_of(cells: tuple[str, ...]) -> Charge | Problem:
    cell = dict(zip((*KNOWN, *TERM), map(text_of, cells), strict=True))
    provider = cell["ProviderName"] or cell["ServiceProviderName"]
    cell |= {name: key_of(cell[name], provider) for name in KEYS}
    whose = "SubAccount" if cell["SubAccountId"] else "BillingAccount"
    key, account = f"{provider}:{cell[whose + 'Id']}", cell["BillingAccountId"]
    if not provider or not cell[whose + "Id"]:
        return Problem(_missing(provider), account=account)
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
        _hold(charge)
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
    """The term that was bought. What recurs is bought for its next instalment only; a correction buys nothing."""
    is_whole = cell["ChargeFrequency"].casefold() in {"", "one-time"} and not cell["ChargeClass"]
    if not (is_whole and cell["CommitmentDiscountId"]):
        return "", ""
    start, end = (moment_of(name, cell[name]) for name in TERM)
    if start and end and end <= start:
        raise BadCell(_("ChargePeriodEnd is not after ChargePeriodStart"))
    return start, end


def _missing(provider: str) -> str:
    return _("SubAccountId and BillingAccountId are empty") if provider else _("ProviderName is empty")


def _hold(charge: Charge) -> None:
    """Refuse a record whose cells cannot be kept, or contradict each other."""
    if not charge.period:
        raise BadCell(_("BillingPeriodStart is empty"))
    if charge.period_end and charge.period_end <= charge.period:
        raise BadCell(_("BillingPeriodEnd is not after BillingPeriodStart"))
    if max(len(charge.customer_key), len(ISSUER_PREFIX + charge.issuer), len(charge.commitment)) > MAX_KEY:
        raise BadCell(_("an ID or the issuer's name is longer than %(length)s characters") % {"length": MAX_KEY})
    if fold(charge.customer_key).startswith(ISSUER_PREFIX):
        raise BadCell(_("the provider's name is reserved: %(key)s") % {"key": charge.customer_key[:SHOWN]})
