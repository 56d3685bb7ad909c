"""Detect the FOCUS dataset of a file by its header: Cost and Usage, or one of those that 1.3 and 1.4 added.

Invoice Detail and Billing Period are accepted and ignored: an invoice that is due or issued may still be unpaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from partners.focus.contracts import ContractColumns, contract_columns_of
from partners.focus.mapping import Columns, columns_of


@dataclass(frozen=True)
class IgnoredRow:
    """A row of a dataset that is ignored."""


@dataclass(frozen=True)
class IgnoredColumns:
    width: int
    message: object  # printed for the operator

    def read(self, _cells: list[str]) -> IgnoredRow:
        return IgnoredRow()


DatasetColumns: TypeAlias = "Columns | ContractColumns | IgnoredColumns"
CHARGE_COLUMNS = ("SubAccountId", "ChargePeriodStart")  # columns of Cost and Usage that no other dataset has
INVOICE_DETAIL = _("Ignored: Invoice Detail lists invoices that are due or issued, not whether they were paid.")
BILLING_PERIOD = _("Ignored: Billing Period lists billing periods, which change nothing in the portal.")


def dataset_columns_of(header: list[str]) -> DatasetColumns:
    """Return the columns of the dataset of the header. Raise UnreadableFile if it is not a FOCUS header."""
    if any(name in header for name in CHARGE_COLUMNS):
        return columns_of(header)
    if "InvoiceIssueStatus" in header:
        return IgnoredColumns(len(header), INVOICE_DETAIL)
    if "BillingPeriodStatus" in header:
        return IgnoredColumns(len(header), BILLING_PERIOD)
    if {"ContractCommitmentId", "ContractCommitmentPeriodEnd"} <= set(header):
        return contract_columns_of(header)
    return columns_of(header)
