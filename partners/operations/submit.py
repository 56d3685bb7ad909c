"""Submit a disassociation: redeem the code, run the checks again and create the request, in one transaction."""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import verification
from accounts.log.append import LogScope, append, append_refusal
from accounts.masking import mask_phone
from accounts.models import Challenge, Event, Operation, Purpose, Side, User
from accounts.verification import Accepted, AlreadyUsed, CodeRefusal, NoChallenge
from partners.models import Association, DisassociationRequest, Grant, Status
from partners.operations.complete import complete
from partners.operations.locking import lock_association, require_administrator
from partners.operations.moving import moved
from partners.operations.notices import notify_both_sides, request_scope
from partners.operations.outcomes import Blocked, Lost, Submitted
from partners.queries.checks import Checks, check_account

Outcome = Submitted | AlreadyUsed | CodeRefusal | NoChallenge | Blocked | Lost


def submit_disassociation(*, actor: User, association: Association, code: str) -> Outcome:
    """Create the request that the code confirms. A referral needs no consent, so it is approved and completed."""
    with transaction.atomic(durable=True):
        locked = lock_association(association.pk)
        require_administrator(actor, locked)
        answer = verification.redeem(user=actor, purpose=Purpose.DISASSOCIATE, code=code)
        if not isinstance(answer, Accepted):
            return answer
        outcome = _submit(actor, locked, answer.challenge)
    if isinstance(outcome, Submitted) and outcome.request.status == Status.APPROVED:
        complete(request=outcome.request)
    return outcome


def _submit(actor: User, association: Association, challenge: Challenge) -> Submitted | Blocked | Lost:
    confirmed: dict[str, Any] = json.loads(challenge.subject)
    side = Side(confirmed["side"])
    if confirmed["association"] != association.pk or not association.is_active:
        return _refuse_another(actor, challenge)
    checks = check_account(association, device=challenge.device, side=side, now=timezone.now())
    if checks.blockers or not checks.is_subject(confirmed):
        return _refuse(actor, challenge, checks)
    request = _create(actor, association, checks, challenge, confirmed["reason"])
    verification.record_result(challenge, request.reference)
    return Submitted(request)


def _refuse(actor: User, challenge: Challenge, checks: Checks) -> Blocked | Lost:
    """Spend the code without a request, because the checks or their subject changed. The limit does not count it."""
    verification.spend(challenge)
    blocking = checks.counts()["checks"]
    word = "checks-changed" if blocking else "subject-changed"
    append_refusal(LogScope.of_actor(actor), Operation.BLOCKED, remark=word, checks=blocking)
    if checks.open_request is not None:
        return Lost(checks.open_request)
    return Blocked(checks.answers, after_code=True)


def _refuse_another(actor: User, challenge: Challenge) -> Blocked:
    """Spend the code without a request, because its association has ended meanwhile."""
    verification.spend(challenge)
    append_refusal(LogScope.of_actor(actor), Operation.BLOCKED, remark="subject-changed")
    return Blocked((), after_code=True)


def _create(
    actor: User, association: Association, checks: Checks, challenge: Challenge, reason: str
) -> DisassociationRequest:
    now = checks.checked_at
    policy = checks.rules.policy
    request = DisassociationRequest.objects.create(
        association=association,
        customer=association.customer,
        partner=association.partner,
        initiator=checks.terms.side,
        requested_by=actor,
        reason=reason,
        policy=policy,
        statement=checks.rules.statement,
        answers=checks.evidence(),
        challenge_id=challenge.pk,
        verified_number=mask_phone(str(challenge.device.number)),
        submitted_at=now,
        due_at=now + timedelta(days=policy.deadline_days),
    )
    _use_grant(checks, request)
    _record(request, actor, len(checks.answers))
    return request


def _use_grant(checks: Checks, request: DisassociationRequest) -> None:
    """Use up the grant, if the request was beyond the limit without it."""
    for answer in checks.answers:
        if answer.grant_id is not None:
            Grant.objects.filter(pk=answer.grant_id, used_by__isnull=True).update(used_by=request)


def _record(request: DisassociationRequest, actor: User, checks_run: int) -> None:
    entry = append(
        request_scope(request, side=Side(request.initiator), actor=actor),
        Operation.REQUESTED,
        status_after=Status.PENDING,
        remark="checks-passed",
        passed=checks_run,
        total=checks_run,
    )
    notify_both_sides(Event.REQUESTED, request, actor=actor, entry=entry)
    if request.association.model == Association.Model.REFERRAL:
        _approve_by_system(request)


def _approve_by_system(request: DisassociationRequest) -> None:
    """Approve a referral without consent, because a referral partner does not bill the customer."""
    at, remark = request.submitted_at, "no-consent-needed"
    moved(request, Status.APPROVED, side=Side.SYSTEM, actor=None, at=at, remark=remark)
