"""Grant a customer one request beyond the limit, by vendor staff with a reason."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.access import require_staff
from accounts.log.append import LogScope, append
from accounts.models import Operation, Side, Tenant, User
from partners.models import Grant, Policy


def grant(*, actor: User, customer: Tenant, reason: str) -> Grant:
    """Create the grant. It is valid for the policy's `grant_days`, and the next request that needs it uses it up."""
    reason = require_staff(actor, reason)
    with transaction.atomic(durable=True):
        now = timezone.now()
        expires_at = now + timedelta(days=Policy.current().grant_days)
        granted = Grant.objects.create(
            customer=customer, granted_by=actor, reason=reason, created_at=now, expires_at=expires_at
        )
        scope = LogScope.of_tenant(customer, side=Side.VENDOR, actor=actor)
        append(scope, Operation.GRANTED, remark="reason", reason=reason)
    return granted
