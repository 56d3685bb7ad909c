"""Start a disassociation: run the checks and send the verification code."""

from django.db import transaction
from django.utils import timezone

from accounts import verification
from accounts.log.append import LogScope, append_refusal
from accounts.models import Operation, Purpose, Side, User
from accounts.verification import Issued, Limited, Locked, NoChallenge, NoNumber
from partners.models import Association
from partners.operations.locking import require_administrator
from partners.operations.outcomes import Blocked
from partners.queries.checks import Checks, check_account, device_of


def start_disassociation(
    *, actor: User, association: Association, reason: str, ip: str | None
) -> Issued | Limited | Locked | Blocked:
    """Run the checks. If all pass, send a code that is bound to this request. Nothing is submitted yet.

    The reason is optional for a customer. A partner must give one (ValueError), because the customer decides on it.
    """
    side = require_administrator(actor, association)
    if side == Side.PARTNER and not reason.strip():
        raise ValueError("A request of a partner has a reason.")
    checks = check_account(association, device=device_of(actor), side=side, now=timezone.now())
    if checks.blockers:
        _record_blocked(actor, checks)
        return Blocked(checks.answers)
    issued = verification.issue(
        user=actor,
        purpose=Purpose.DISASSOCIATE,
        subject=checks.subject(reason),
        evidence=checks.evidence(),
        context={"action": "disassociate", "partner_name": association.partner.tenant.name},
        ip=ip,
    )
    # The mobile-number check has passed, so NoNumber means that the number was removed in between.
    return Blocked(checks.answers) if isinstance(issued, NoNumber) else issued


def resend_code(
    *, actor: User, association: Association, ip: str | None
) -> Issued | Limited | Locked | NoChallenge | NoNumber:
    """Send a new code for the started request, which supersedes the old one."""
    require_administrator(actor, association)
    return verification.resend(user=actor, purpose=Purpose.DISASSOCIATE, ip=ip)


def _record_blocked(actor: User, checks: Checks) -> None:
    with transaction.atomic(durable=True):
        scope = LogScope.of_actor(actor)
        append_refusal(scope, Operation.BLOCKED, remark="checks-failed", **checks.counts())
