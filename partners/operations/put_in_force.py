"""Put a new policy or statement in force. Nothing is changed: requests keep the versions they were started under."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.operations.records import save_record
from partners.models import Policy, Statement

OWN = frozenset({"id", "version", "created_at", "created_by"})  # never copied from the version before


@transaction.atomic
def put_in_force(*, actor: User, draft: Policy | Statement, follows: int, changed: list[str]) -> None:
    """Save the draft as the version after `follows`, which its author has read.

    `changed` names the fields that differ; all others are copied from the version before, those that the form does not
    show, too. Where `follows` is no longer the newest, the unique version refuses the draft (IntegrityError): it would
    take back what its author has not seen. Not durable, as it runs inside the transaction of the admin's form.
    """
    newest = type(draft).current()
    for field in draft._meta.concrete_fields:
        if field.name not in OWN and field.name not in changed:
            setattr(draft, field.name, getattr(newest, field.name))
    draft.version, draft.created_by = min(follows, newest.version) + 1, actor
    save_record(actor=actor, record=draft, changed=changed)
