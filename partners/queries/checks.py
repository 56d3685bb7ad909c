"""What pages and operations read of an association: few queries, whatever the number of rows.

The rules in force, a grant and the statement come in one query; the actor's number in another; the requests so far
in a third; the billing facts in a fourth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.billing import facts
from accounts.masking import mask_phone, number_fingerprint
from accounts.models import Challenge, Purpose, Side, SmsDevice, User
from accounts.prepared import Prepared
from partners.eligibility import (
    Answer,
    NumberState,
    OpenRequestState,
    Terms,
    blockers,
    later_checks,
    run_checks,
)
from partners.models import Association, DisassociationRequest, Policy, Status
from partners.queries.requests import UNCOUNTED, recent_requests
from partners.queries.rules import Rules, rules_for, vendor_zone


@dataclass(frozen=True)
class Checks:
    """One run of the checks: the answers and what they were read from."""

    answers: tuple[Answer, ...]
    rules: Rules
    terms: Terms
    open_request: DisassociationRequest | None
    number_fingerprint: str
    checked_at: datetime
    code_waits: bool = False  # a code for a disassociation was sent to the actor and can still be entered

    @property
    def blockers(self) -> tuple[Answer, ...]:
        return blockers(self.answers)

    @property
    def next_request_at(self) -> datetime | None:
        """When the limit lets the next request start; None when it does not hold anything back now."""
        free_at = self.terms.free_again_at()
        return free_at if free_at and free_at > self.checked_at else None


def check_account(association: Association, *, actor: User, side: Side, now: datetime) -> Checks:
    """Run every check that applies to a start by `side`, over one load of everything that they ask."""
    rules = rules_for(association.customer, now)
    requests = recent_requests(association, side, rules.policy)
    opened = next((r for r in requests if r.is_open and r.association_id == association.pk), None)
    device = _device_of(actor, now)
    terms = _terms(association, side, rules, requests, opened, device)
    account = facts.load([association.customer], now)[association.customer.pk]
    answers = run_checks(rules.policy.checks_for(association.model), account, terms, now)
    fingerprint = number_fingerprint(str(device.number)) if device and device.confirmed else ""
    return Checks(answers, rules, terms, opened, fingerprint, now, code_waits=getattr(device, "code_waits", False))


def _device_of(actor: User, now: datetime) -> SmsDevice | None:
    """The actor's number and, in the same query, whether a code that was sent there can still be entered."""
    return next(iter(_devices(actor=actor.pk, now=now)), None)


def _devices_of(actor: int, now: datetime) -> QuerySet[SmsDevice]:
    waiting = Challenge.objects.open().filter(user=OuterRef("user"), purpose=Purpose.DISASSOCIATE, expires_at__gt=now)
    devices: QuerySet[SmsDevice] = SmsDevice.objects.filter(user=actor).annotate(code_waits=Exists(waiting))
    return devices[:1]


_devices = Prepared(_devices_of, (("actor", int), ("now", datetime)))


def decision_checks(requests: Iterable[DisassociationRequest], now: datetime) -> dict[int, tuple[Answer, ...]]:
    """The checks that a decision or completion asks again, by request, over one load of all their facts.

    The requests come with association__partner__tenant, customer__arrears, customer__membership__master and policy.
    """
    rows = list(requests)
    loaded = facts.load([row.customer for row in rows], now)
    return {
        row.pk: run_checks(
            later_checks(row.policy.checks_for(row.association.model)),
            loaded[row.customer_id],
            _later_terms(row),
            now,
        )
        for row in rows
    }


def _counts(request: DisassociationRequest, side: Side, policy: Policy) -> bool:
    if request.status in UNCOUNTED or (request.status == Status.WITHDRAWN and not policy.counts_withdrawn):
        return False
    return side == Side.PARTNER or request.initiator == Side.CUSTOMER


def _terms(
    association: Association,
    side: Side,
    rules: Rules,
    requests: list[DisassociationRequest],
    opened: DisassociationRequest | None,
    device: SmsDevice | None,
) -> Terms:
    policy = rules.policy
    limit = policy.request_limit if side == Side.CUSTOMER else policy.partner_request_limit
    starts = [request.submitted_at for request in requests if _counts(request, side, policy)]
    return Terms(
        model=association.model,
        side=side,
        partner_name=association.partner.tenant.name,
        vendor_name=settings.VENDOR_NAME,
        zone=vendor_zone(),
        facts_max_age=timedelta(hours=policy.facts_max_age_hours),
        request_limit=limit,
        window_months=policy.request_window_months,
        counted_starts=tuple(starts[:limit]),
        open_request=OpenRequestState(opened.reference, Side(opened.initiator), opened.submitted_at)
        if opened
        else None,
        number=_number(device),
        number_hold=timedelta(hours=policy.number_hold_hours),
        grant=rules.grant if side == Side.CUSTOMER else None,  # a grant is the customer's
    )


def _later_terms(request: DisassociationRequest) -> Terms:
    """What the repeated checks ask: the policy under which the request was started."""
    policy = request.policy
    return Terms(
        model=request.association.model,
        side=Side(request.initiator),
        partner_name=request.partner.tenant.name,
        vendor_name=settings.VENDOR_NAME,
        zone=vendor_zone(),
        facts_max_age=timedelta(hours=policy.facts_max_age_hours),
        request_limit=policy.request_limit,
        window_months=policy.request_window_months,
    )


def _number(device: SmsDevice | None) -> NumberState | None:
    if device is None or not device.confirmed:
        return None
    return NumberState(mask_phone(str(device.number)), device.confirmed_at, device.replaced_at)


@dataclass(frozen=True)
class Standing:
    """Where the customer stands with its requests: what My Partner shows beside the association."""

    rules: Rules
    open_request: DisassociationRequest | None
    next_request_at: datetime | None


def standing(association: Association, now: datetime) -> Standing:
    """The open request and the next date on which a request is possible, in two queries."""
    rules = rules_for(association.customer, now)
    requests = recent_requests(association, Side.CUSTOMER, rules.policy)
    opened = next((r for r in requests if r.is_open and r.association_id == association.pk), None)
    free_at = _terms(association, Side.CUSTOMER, rules, requests, opened, None).free_again_at()
    held = free_at if free_at and free_at > now and rules.grant is None else None
    return Standing(rules, opened, held)
