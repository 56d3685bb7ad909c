"""Put a new policy or statement in force. Nothing is changed: requests keep the versions they were started under."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.operations.records import save_record
from partners.models import Policy, Statement


@transaction.atomic
def put_in_force(*, actor: User, draft: Policy | Statement, changed: list[str]) -> None:
    """Save the draft as the next version. Two at the same time: the unique version lets one in, the other raises.

    Not durable, as it runs inside the transaction of the admin's form.
    """
    newest = type(draft)._default_manager.order_by("-version").values_list("version", flat=True).first()
    draft.version, draft.created_by = (newest or 0) + 1, actor
    save_record(actor=actor, record=draft, changed=changed)
