"""Tells the datasets of FOCUS by the head of a file: Cost and Usage, and what 1.3 and 1.4 put beside it.

Invoice Detail and Billing Period change nothing. An invoice is due or issued: neither says that it was paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from partners.focus.contracts import ContractColumns, contract_columns_of
from partners.focus.mapping import Columns, columns_of


@dataclass(frozen=True)
class Evidence:
    """A row of a dataset that changes nothing here."""


@dataclass(frozen=True)
class EvidenceColumns:
    width: int
    remark: object  # what the operator is told of such a file

    def read(self, _cells: list[str]) -> Evidence:
        return Evidence()


AnyColumns: TypeAlias = "Columns | ContractColumns | EvidenceColumns"
CHARGES_ALONE = ("SubAccountId", "ChargePeriodStart")  # columns of Cost and Usage that no other dataset has
INVOICES = _("Invoice Detail: it says what is due and issued, never what is paid. It changes nothing.")
PERIODS = _("Billing Period: it says which periods are closed. It changes nothing.")


def any_columns_of(header: list[str]) -> AnyColumns:
    """Find the columns of the dataset that the head belongs to; UnreadableFile where it belongs to none."""
    if any(name in header for name in CHARGES_ALONE):
        return columns_of(header)
    if "InvoiceIssueStatus" in header:
        return EvidenceColumns(len(header), INVOICES)
    if "BillingPeriodStatus" in header:
        return EvidenceColumns(len(header), PERIODS)
    if {"ContractCommitmentId", "ContractCommitmentPeriodEnd"} <= set(header):
        return contract_columns_of(header)
    return columns_of(header)
