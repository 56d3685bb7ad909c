"""Start a disassociation: check the account and send the code that must confirm it."""

from django.db import transaction
from django.utils import timezone

from accounts import verification
from accounts.log.append import LogScope, append_refusal
from accounts.models import Operation, Purpose, Side, User
from accounts.verification import Issued, Limited, Locked, NoChallenge, NoNumber
from partners.models import Association
from partners.operations.locking import require_administrator
from partners.operations.outcomes import Blocked
from partners.queries.checks import Checks, check_account


def start_disassociation(
    *, actor: User, association: Association, reason: str, ip: str | None
) -> Issued | Limited | Locked | Blocked:
    """Run every check; when all pass, send a code bound to just this request. Nothing is submitted yet.

    A customer may give a reason, a partner must: the customer reads it before it decides.
    """
    side = require_administrator(actor, association)
    if side == Side.PARTNER and not reason.strip():
        raise ValueError("A request of a partner has a reason.")
    checks = check_account(association, actor=actor, side=side, now=timezone.now())
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
    # The mobile-number check has just passed: the number can only have gone in between.
    return Blocked(checks.answers) if isinstance(issued, NoNumber) else issued


def resend_code(
    *, actor: User, association: Association, ip: str | None
) -> Issued | Limited | Locked | NoChallenge | NoNumber:
    """Send a new code for the request that waits for one; the code before is void."""
    require_administrator(actor, association)
    return verification.resend(user=actor, purpose=Purpose.DISASSOCIATE, ip=ip)


def _record_blocked(actor: User, checks: Checks) -> None:
    with transaction.atomic(durable=True):
        scope = LogScope.of_actor(actor)
        append_refusal(scope, Operation.BLOCKED, remark="checks-failed", **checks.counts())
