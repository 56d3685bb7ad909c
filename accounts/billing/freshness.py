"""How old billing data may be, by dependency inversion: the limit is part of the policy, which is in partners.

The partners app registers it on startup (`provide`), as an expression, so that it costs no query of its own.
"""

from __future__ import annotations

from django.db.models import Subquery

_limits: list[Subquery] = []


def provide(hours: Subquery) -> None:
    """Register the greatest age of the data of an external system, in hours."""
    _limits[:] = [hours]


def max_age_hours() -> Subquery:
    """Return the limit for a query to annotate. Raise LookupError if no app says it."""
    if not _limits:
        raise LookupError("No app says how old billing data may be.")
    return _limits[0]
