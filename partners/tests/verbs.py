"""The verbs of both apps, and those that need no story of their own: whoever acts, they take a request and a reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import accounts.operations
import partners.operations

Verb = Callable[..., Any]
VERBS: tuple[Verb, ...] = (*accounts.operations.VERBS, *partners.operations.VERBS)


def parameters_of(verb: Verb) -> set[str]:
    """The names that the verb must be given; a reason is given where it takes one."""
    parameters = inspect.signature(verb).parameters.values()
    return {one.name for one in parameters if one.default is one.empty or one.name == "reason"}


def is_about_a_request(verb: Verb) -> bool:
    """`request`, perhaps `actor` and `reason`, and nothing else: it can be played from its signature alone."""
    return "request" in parameters_of(verb) <= {"actor", "request", "reason"}


OF_REQUESTS = tuple(verb for verb in VERBS if is_about_a_request(verb))
