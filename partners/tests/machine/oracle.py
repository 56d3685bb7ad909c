"""The expected results, computed from the rows by code that is independent of the product.

Small on purpose, and slow: no joins, no counting in SQL, no query set of the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import (
    Arrears,
    Challenge,
    CommerceContract,
    FactFeed,
    MemberAccount,
    Order,
    ReservedInstance,
    SmsDevice,
    SupportPlan,
    Tenant,
    User,
)
from partners.models import Association, DisassociationRequest, Grant, Policy, Statement

NEVER_COUNT = {"expired", "cancelled"}
KIND_OF = {
    "unpaid-orders": "orders",
    "independent-members": "members",
    "arrears": "arrears",
    "reserved-instances": "reserved-instances",
    "partner-support-plan": "support-plans",
    "service-support-plan": "support-plans",
    "commerce-contract": "commerce-contracts",
}


def months_later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day that the month has."""
    total = at.year * 12 + at.month - 1 + months
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=total // 12, month=total % 12 + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("No month lacks four days.")


def is_limited(earlier: Iterable[DisassociationRequest], policy: Policy, side: str, now: datetime) -> bool:
    """Whether the requests before one that starts now leave no room for it, grants aside."""
    uncounted = NEVER_COUNT | (set() if policy.counts_withdrawn else {"withdrawn"})
    starts = sorted((request.submitted_at for request in earlier if request.status not in uncounted), reverse=True)
    most = policy.request_limit if side == "customer" else policy.partner_request_limit
    return len(starts) >= most and now < months_later(starts[most - 1], policy.request_window_months)


def requests_that_count(association: Association, side: str) -> list[DisassociationRequest]:
    rows = DisassociationRequest.objects.filter(customer_id=association.customer_id)
    if side == "customer":
        return [row for row in rows if row.initiator == "customer"]
    return [row for row in rows if row.partner_id == association.partner_id]


def has_usable_grant(customer_id: int, now: datetime) -> bool:
    return any(
        grant.used_by_id is None and now < grant.expires_at for grant in Grant.objects.filter(customer_id=customer_id)
    )


def newest_policy() -> Policy:
    return max(Policy.objects.all(), key=lambda policy: policy.version)


def newest_statement() -> Statement:
    return max(Statement.objects.all(), key=lambda statement: statement.version)


def asked_of(association: Association) -> set[str]:
    """The checks of a start, by the model that the association has now."""
    policy = newest_policy()
    return set(policy.reseller_checks if association.model == "reseller" else policy.referral_checks)


def start_blockers(association: Association, actor: User, side: str, now: datetime) -> set[str]:
    """The checks that must not pass when `actor` starts a request now."""
    policy, asked = newest_policy(), asked_of(association)
    found = fact_blockers(association.customer_id, asked, policy, now)
    if DisassociationRequest.objects.filter(association=association, status__in=["pending", "approved"]).exists():
        found.add("open-request")
    over = is_limited(requests_that_count(association, side), policy, side, now)
    if over and not (side == "customer" and has_usable_grant(association.customer_id, now)):
        found.add("request-limit")
    if not may_prove(actor, policy, now):
        found.add("mobile-number")
    if association.model == "referral" and MemberAccount.objects.filter(member=association.customer_id).exists():
        found.add("member-account")
    return found & asked


def later_blockers(request: DisassociationRequest, now: datetime) -> set[str]:
    """The checks that must not pass at a decision or completion: the facts, by the policy of the start."""
    policy = request.policy
    asked = policy.reseller_checks if request.association.model == "reseller" else policy.referral_checks
    return fact_blockers(request.customer_id, set(asked), policy, now)


def may_prove(actor: User, policy: Policy, now: datetime) -> bool:
    device = SmsDevice.objects.filter(user=actor, confirmed=True).first()
    if device is None:
        return False
    return device.replaced_at is None or now >= device.replaced_at + timedelta(hours=policy.number_hold_hours)


def fact_blockers(customer_id: int, asked: set[str], policy: Policy, now: datetime) -> set[str]:
    tenant = Tenant.objects.get(pk=customer_id)
    terms = {
        "reserved-instances": ReservedInstance.objects.filter(tenant=tenant),
        "partner-support-plan": SupportPlan.objects.filter(tenant=tenant, provider="partner"),
        "service-support-plan": SupportPlan.objects.filter(tenant=tenant, provider="vendor"),
        "commerce-contract": CommerceContract.objects.filter(tenant=tenant),
    }
    found = {code for code, rows in terms.items() if any(_is_in_force(row, now) for row in rows)}
    if any(order.status == "unpaid" for order in Order.objects.filter(tenant=tenant)):
        found.add("unpaid-orders")
    if any(arrears.amount > 0 for arrears in Arrears.objects.filter(tenant=tenant)):
        found.add("arrears")
    members = MemberAccount.objects.filter(master=tenant)
    if tenant.is_master and any(member.accounting == "independent" for member in members):
        found.add("independent-members")
    found |= {
        code for code, holds in (("currency", not tenant.currency), ("account-frozen", tenant.is_frozen)) if holds
    }
    return (found | _stale(tenant, policy, now)) & asked


def _is_in_force(term: ReservedInstance | SupportPlan | CommerceContract, now: datetime) -> bool:
    has_begun = term.starts_at is None or term.starts_at <= now
    return has_begun and all(end is None or now < end for end in (term.ends_at, term.ended_at))


def _stale(tenant: Tenant, policy: Policy, now: datetime) -> set[str]:
    oldest = now - timedelta(hours=policy.facts_max_age_hours)
    stale = {
        feed.kind
        for feed in FactFeed.objects.filter(tenant=tenant, keeper="external")
        if feed.synced_at is None or feed.synced_at < oldest
    }
    return {code for code, kind in KIND_OF.items() if kind in stale}


def must_submit(association: Association, actor: User, side: str, challenge: Challenge | None, now: datetime) -> bool:
    """Whether the right code of the challenge must make a request now."""
    if challenge is None or challenge.ended_at is not None or now >= challenge.expires_at:
        return False
    confirmed = json.loads(challenge.subject)
    same = (
        confirmed["association"] == association.pk,
        confirmed["policy"] == newest_policy().version,
        confirmed["statement"] == newest_statement().version,
        {code for code, _answer in confirmed["answers"]} == asked_of(association),
    )
    return all(same) and association.ended_at is None and not start_blockers(association, actor, side, now)


def is_locked(actor: User, now: datetime) -> bool:
    """Ten wrong tries within an hour lock the entry for half an hour."""
    device = SmsDevice.objects.filter(user=actor).first()
    if device is None or device.throttling_failure_count < 10 or device.throttling_failure_timestamp is None:
        return False
    locked_at: datetime = device.throttling_failure_timestamp
    return now < locked_at + timedelta(minutes=30)


def side_of(actor: User, association: Association) -> str:
    """The side that the person may act for, or nothing."""
    if actor.role != "administrator":
        return ""
    sides = {association.customer_id: "customer", association.partner.tenant_id: "partner"}
    return sides.get(actor.tenant_id or 0, "")


def may_decide(actor: User, request: DisassociationRequest, reason: str) -> bool:
    if actor.tenant_id is None:
        return bool(reason.strip())
    counterparty = "partner" if request.initiator == "customer" else "customer"
    return side_of(actor, request.association) == counterparty
