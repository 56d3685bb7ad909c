"""Log that a POST was refused because of the user's role.

The entry is in the chain of the user's organisation, so that the other side does not see it.
"""

from __future__ import annotations

from django.db import transaction

from accounts.log.append import LogScope, append_refusal
from accounts.models import Operation, User


@transaction.atomic(durable=True)
def refuse_by_role(*, actor: User, operation: Operation, reference: str = "") -> None:
    """Append a refusal to the chain of the actor's tenant, or of the vendor for staff.

    `reference` is empty, or names a request that the actor's tenant may read.
    """
    append_refusal(LogScope.of_actor(actor, reference), operation, remark="not-allowed")
