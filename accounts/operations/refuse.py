"""Records that somebody's role does not allow what was posted: one entry, in the log of the own organisation alone.

The other side of an association is not told who tried what without being allowed to.
"""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append_refusal
from accounts.models import Operation, User


@transaction.atomic(durable=True)
def refuse_by_role(*, actor: User, operation: Operation, reference: str = "") -> None:
    """Append the entry to the chain of the actor's tenant, for vendor staff to that of the vendor.

    `reference` is one that the actor's tenant may read, or empty.
    """
    append_refusal(LogScope.of_actor(actor, reference), operation, remark="not-allowed")
