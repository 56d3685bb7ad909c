"""Put a new policy or statement in force. Nothing is changed: requests keep the versions they were started under."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.operations.records import save_record
from partners.models import Policy, Statement


@transaction.atomic
def put_in_force(*, actor: User, draft: Policy | Statement, follows: int, changed: list[str]) -> None:
    """Save the draft as the version after `follows`, which its author has read.

    Where that is no longer the newest, the unique version refuses the draft (IntegrityError): it would take back what
    its author has not seen. Not durable, as it runs inside the transaction of the admin's form.
    """
    newest = type(draft)._default_manager.order_by("-version").values_list("version", flat=True).first()
    draft.version, draft.created_by = min(follows, newest or 0) + 1, actor
    save_record(actor=actor, record=draft, changed=changed)
