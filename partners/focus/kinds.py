"""Classify a commitment as a reservation or a contract, by its category and by keywords in its type.

CommitmentDiscountType is free text in FOCUS, hence keywords. The category is Usage (a reservation) or Spend (a
contract). If they contradict each other or neither matches, the kind is undecided, and the check names both remedies.
"""

from __future__ import annotations

import re
from enum import Enum

_SPELLING = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")  # SavingsPlan, savings_plan and Savings-Plan are equal


class Kind(Enum):
    RESERVATION = "reservation"
    CONTRACT = "contract"
    UNDECIDED = "undecided"


WORDS = {
    Kind.RESERVATION: re.compile(r"(?<!\bno )(?<!\bnon )(?<!\bnot )\b(reserv|ris?\b|resource based)"),
    Kind.CONTRACT: re.compile(
        r"\b(savings? plans?|spend|flexible|enterprise (discount|agreement)|private pricing|edp|macc)\b"
    ),
}
CATEGORIES = {"usage": Kind.RESERVATION, "spend": Kind.CONTRACT}


def kind_of(category: str, type_: str) -> Kind:
    """Return the kind that category and keywords agree on, or UNDECIDED."""
    text = _SPELLING.sub(" ", type_).casefold()
    kinds = {kind for kind, words in WORDS.items() if words.search(text)}
    kinds |= {CATEGORIES[word] for word in [category.casefold()] if word in CATEGORIES}
    return kinds.pop() if len(kinds) == 1 else Kind.UNDECIDED
