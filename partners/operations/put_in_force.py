"""Put a new version of the policy or statement in force. Open requests keep the version they started under."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.operations.records import save_record
from partners.models import Policy, Statement

OWN = frozenset({"id", "version", "created_at", "created_by"})  # set per version, never copied


@transaction.atomic
def put_in_force(*, actor: User, draft: Policy | Statement, follows: int, changed: list[str]) -> None:
    """Save the draft as the version after `follows`, the version that its author edited.

    `changed` names the fields that differ. All others are copied from the newest version, including those that the
    form does not show. If `follows` is no longer the newest, the unique version raises IntegrityError, because the
    draft would revert a change that its author has not seen. Not durable: the admin's form has a transaction already.
    """
    newest = type(draft).current()
    for field in draft._meta.concrete_fields:
        if field.name not in OWN and field.name not in changed:
            setattr(draft, field.name, getattr(newest, field.name))
    draft.version, draft.created_by = min(follows, newest.version) + 1, actor
    save_record(actor=actor, record=draft, changed=changed)
