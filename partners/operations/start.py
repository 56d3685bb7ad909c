"""Start a disassociation: check the account and send the code that must confirm it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import verification
from accounts.log.append import LogScope, append_refusal
from accounts.models import Operation, Purpose, Side, User
from accounts.verification import Issued, Limited, Locked, NoChallenge, NoNumber
from partners.eligibility import AnswerResult
from partners.models import Association
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
        subject=subject_of(association, checks, reason),
        evidence=evidence_of(checks),
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


def require_administrator(actor: User, association: Association) -> Side:
    """Return the side of the association that `actor` administers, or raise PermissionDenied."""
    tenants = (association.customer_id, association.partner.tenant_id)
    if actor.tenant is None or not actor.is_administrator or actor.tenant_id not in tenants:
        raise PermissionDenied
    return Side.of(actor.tenant)


def subject_of(association: Association, checks: Checks, reason: str) -> dict[str, Any]:
    """What the code confirms: a change of any of it makes the code worthless."""
    return {
        "association": association.pk,
        "side": str(checks.terms.side),
        "policy": checks.rules.policy.version,
        "statement": checks.rules.statement_version,
        "answers": [[answer.code, str(answer.result)] for answer in checks.answers],
        "number": checks.number_fingerprint,
        "reason": reason,
        "effective_at": None,
    }


def evidence_of(checks: Checks) -> dict[str, Any]:
    """The answers as they were found, with their time: kept beside the subject, outside its digest."""
    answers = [{"code": answer.code, "result": str(answer.result), "data": answer.data} for answer in checks.answers]
    return {"at": checks.checked_at.isoformat(), "answers": answers}


def count_remark(checks: Checks) -> dict[str, Any]:
    """The data of the remarks that say how a run of the checks came out."""
    failed = sum(answer.result == AnswerResult.FAIL for answer in checks.answers)
    unknown = sum(answer.result == AnswerResult.UNKNOWN for answer in checks.answers)
    return {"failed": failed, "unknown": unknown, "checks": [answer.code for answer in checks.blockers]}


def _record_blocked(actor: User, checks: Checks) -> None:
    with transaction.atomic(durable=True):
        scope = LogScope.of_actor(actor)
        append_refusal(scope, Operation.BLOCKED, remark="checks-failed", **count_remark(checks))
