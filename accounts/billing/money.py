"""Money: an amount with its currency code, the way it is always shown."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str  # ISO 4217

    def __str__(self) -> str:
        """`EUR 1,240.00`: the code in front, grouped, two decimals."""
        return f"{self.currency} {self.amount:,.2f}"
