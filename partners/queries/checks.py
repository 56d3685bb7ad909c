"""Run the eligibility checks of an association, or of many requests, with all their input loaded in few queries.

A start needs four queries (two for the rules, requests, and a grant if the limit is reached) plus one per kind of
billing fact. A decision needs the facts alone, for any number of requests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.billing import facts
from accounts.masking import mask_phone, number_fingerprints
from accounts.models import Challenge, Order, Purpose, Side, SmsDevice, User
from accounts.single import one_or_none
from partners.eligibility import (
    Answer,
    AnswerResult,
    NumberState,
    OpenRequestState,
    Terms,
    blockers,
    later_checks,
    run_checks,
)
from partners.models import Association, DisassociationRequest, Partner, Policy, Status
from partners.queries.requests import UNCOUNTED, recent_requests
from partners.queries.rules import Rules, rules_in_force, usable_grant, vendor_zone


@dataclass(frozen=True)
class Checks:
    """One run of the checks: the answers and their input."""

    association_id: int
    answers: tuple[Answer, ...]
    rules: Rules
    terms: Terms
    open_request: DisassociationRequest | None
    number_fingerprints: list[str]  # under SECRET_KEY, then under its fallbacks
    checked_at: datetime
    locked_until: datetime | None = None  # the actor entered too many wrong codes: no code is sent before

    @property
    def blockers(self) -> tuple[Answer, ...]:
        return blockers(self.answers)

    @property
    def next_request_at(self) -> datetime | None:
        """When the next request may start, or None if it may start now."""
        free_at = self.terms.free_again_at()
        return free_at if free_at and free_at > self.checked_at else None

    def subject(self, reason: str) -> dict[str, Any]:
        """Return the subject that the code is bound to. Any change of it invalidates the code."""
        return {
            "association": self.association_id,
            "side": str(self.terms.side),
            "policy": self.rules.policy.version,
            "statement": self.rules.statement.version,
            "answers": [[answer.code, str(answer.result)] for answer in self.answers],
            "number": self.number_fingerprints[0],
            "reason": reason,
            "effective_at": None,
        }

    def is_subject(self, confirmed: dict[str, Any]) -> bool:
        """Return whether the subject that a code was bound to still holds."""
        number = self.number_fingerprints[0] if confirmed["number"] in self.number_fingerprints else None
        return self.subject(confirmed["reason"]) == {**confirmed, "number": number}

    def evidence(self) -> dict[str, Any]:
        """Return the answers with their data and time, to be stored. They are not part of the subject's digest."""
        answers = [{"code": answer.code, "result": str(answer.result), "data": answer.data} for answer in self.answers]
        return {"at": self.checked_at.isoformat(), "answers": answers}

    def counts(self) -> dict[str, Any]:
        """Return the numbers of failed and unknown checks and the blockers' codes, for the remark of a log entry."""
        failed = sum(answer.result == AnswerResult.FAIL for answer in self.answers)
        unknown = sum(answer.result == AnswerResult.UNKNOWN for answer in self.answers)
        return {"failed": failed, "unknown": unknown, "checks": [answer.code for answer in self.blockers]}


def check_account(association: Association, *, device: SmsDevice | None, side: Side, now: datetime) -> Checks:
    """Run all checks that apply if `side` starts a request. `device` is that of the user who starts it."""
    rules = rules_in_force()
    terms, opened = _start_terms(association, side, rules.policy, now)
    terms = replace(terms, number=_number(device))
    account = facts.load([association.customer], now)[association.customer.pk]
    answers = run_checks(rules.policy.checks_for(association.model), account, terms, now)
    fingerprints = number_fingerprints(device.number) if device and device.confirmed else [""]
    return Checks(
        association.pk,
        answers,
        rules,
        terms,
        opened,
        fingerprints,
        now,
        locked_until=device.locked_until if device and device.is_locked(now) else None,
    )


def device_of(actor: User) -> SmsDevice | None:
    """Return the device that receives the actor's codes."""
    return one_or_none(SmsDevice.objects.filter(user=actor))


def device_with_code_of(actor: User, now: datetime) -> tuple[SmsDevice | None, bool]:
    """Return the actor's device, and whether a sent code of theirs can still be entered, in one query."""
    sent = Challenge.objects.open().filter(user=OuterRef("user"), purpose=Purpose.DISASSOCIATE, expires_at__gt=now)
    device = one_or_none(SmsDevice.objects.filter(user=actor).annotate(code_waits=Exists(sent)))
    return device, device is not None and device.code_waits


def decision_checks(requests: Iterable[DisassociationRequest], now: datetime) -> dict[int, tuple[Answer, ...]]:
    """Run the checks of a decision or completion. Return the answers by the primary key of the request.

    The requests must have association, partner__tenant, customer__arrears, customer__membership__master and policy
    joined.
    """
    rows = list(requests)
    if not rows:
        return {}
    loaded = facts.load([row.customer for row in rows], now)
    return {
        row.pk: run_checks(
            later_checks(row.policy.checks_for(row.association.model)),
            loaded[row.customer_id],
            _policy_terms(row.policy, row.association, row.partner, Side(row.initiator)),
            now,
        )
        for row in rows
    }


def _counts(request: DisassociationRequest, side: Side, policy: Policy) -> bool:
    if request.status in UNCOUNTED or (request.status == Status.WITHDRAWN and not policy.counts_withdrawn):
        return False
    return side == Side.PARTNER or request.initiator == Side.CUSTOMER


def _start_terms(
    association: Association, side: Side, policy: Policy, now: datetime
) -> tuple[Terms, DisassociationRequest | None]:
    """Return the terms of a start, without the number, and the open request if there is one."""
    requests = recent_requests(association, side, policy)
    opened = next((r for r in requests if r.is_open and r.association_id == association.pk), None)
    limit = policy.request_limit if side == Side.CUSTOMER else policy.partner_request_limit
    starts = [request.submitted_at for request in requests if _counts(request, side, policy)]
    terms = replace(
        _policy_terms(policy, association, association.partner, side),
        request_limit=limit,
        counted_starts=tuple(starts[:limit]),
        open_request=_open_request(opened),
    )
    free_at = terms.free_again_at()
    if side == Side.CUSTOMER and free_at and free_at > now:  # a grant is the customer's
        terms = replace(terms, grant=usable_grant(association.customer, now))
    return terms, opened


def _policy_terms(policy: Policy, association: Association, partner: Partner, side: Side) -> Terms:
    """Return the terms that every run needs: the policy and the side that starts, or started, the request.

    `partner` is the association's partner, passed by the caller, who has it joined.
    """
    return Terms(
        model=association.model,
        side=side,
        partner_name=partner.tenant.name,
        vendor_name=settings.VENDOR_NAME,
        zone=vendor_zone(),
        facts_max_age=timedelta(hours=policy.facts_max_age_hours),
        request_limit=policy.request_limit,
        window_months=policy.request_window_months,
        number_hold=timedelta(hours=policy.number_hold_hours),
    )


def _open_request(opened: DisassociationRequest | None) -> OpenRequestState | None:
    if opened is None:
        return None
    return OpenRequestState(opened.reference, Side(opened.initiator), opened.submitted_at)


def _number(device: SmsDevice | None) -> NumberState | None:
    if device is None or not device.confirmed:
        return None
    return NumberState(mask_phone(str(device.number)), device.confirmed_at, device.replaced_at)


@dataclass(frozen=True)
class Standing:
    """The state of the customer's requests, the number of unpaid orders and the age of the facts, for My Partner."""

    policy: Policy
    open_request: DisassociationRequest | None
    next_request_at: datetime | None  # None: now
    used: int  # requests that count towards the limit
    unpaid_orders: int
    feeds: Mapping[str, facts.Feed]


def standing(association: Association, now: datetime) -> Standing:
    """Return what My Partner says about requests and orders, in five queries."""
    policy = Policy.current()
    terms, opened = _start_terms(association, Side.CUSTOMER, policy, now)
    free_at = terms.free_again_at()
    is_limited = free_at is not None and free_at > now and terms.grant is None
    unpaid = Order.objects.unpaid().filter(tenant=association.customer_id).count()
    feeds = facts.feeds_of([association.customer_id])[association.customer_id]
    return Standing(policy, opened, free_at if is_limited else None, terms.used(now), unpaid, feeds)
