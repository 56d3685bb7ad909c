"""Money: an amount with its currency code, and its format."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str  # ISO 4217

    def __str__(self) -> str:
        """Return `EUR 1,240.00`."""
        return f"{self.currency} {self.amount:,.2f}"
