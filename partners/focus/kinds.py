"""Decides what a commitment is: FOCUS calls its type free text, so words decide, together with the category.

The category says whether usage (a reservation) or spend (a contract) is committed. Where words and category, or two
words, contradict each other, or nothing is said, the kind is undecided: nobody is sent to the wrong person.
"""

from __future__ import annotations

import re
from enum import Enum

_SPELLING = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")  # SavingsPlan, savings_plan and Savings-Plan are one


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
    """What the one or two opinions of a row agree on."""
    text = _SPELLING.sub(" ", type_).casefold()
    opinions = {kind for kind, words in WORDS.items() if words.search(text)}
    opinions |= {CATEGORIES[word] for word in [category.casefold()] if word in CATEGORIES}
    return opinions.pop() if len(opinions) == 1 else Kind.UNDECIDED
