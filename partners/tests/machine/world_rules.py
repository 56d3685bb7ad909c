"""What happens around the operations: time, facts that come and go, new policies, providers that fail, processes
that die."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from accounts.models import (
    Arrears,
    CommerceContract,
    FactFeed,
    FactKind,
    MemberAccount,
    Notification,
    Order,
    ReservedInstance,
    SupportPlan,
    Tenant,
)
from accounts.operations.records import save_record
from partners.clock import tick
from partners.models import Association, DisassociationRequest, Policy, Statement
from partners.operations.grant import grant
from partners.operations.put_in_force import put_in_force
from partners.operations.withdraw import withdraw
from partners.tests.machine import oracle
from partners.tests.machine.cast import DECIDERS, STARTERS, Who
from partners.tests.machine.provider import MOODS, provider
from partners.tests.machine.request_rules import PICK, RequestRules
from partners.tests.machine.stage import Interrupted

SPANS = st.sampled_from(
    [
        *(timedelta(seconds=n) for n in (1, 30, 60, 61)),
        *(timedelta(minutes=n) for n in (5, 9, 31)),
        *(timedelta(hours=n) for n in (1, 2, 25)),
        *(timedelta(days=n) for n in (3, 11, 31, 61, 95)),
    ]
)
# An approval takes about twenty statements, and its completion as many.
DEATHS = st.one_of(st.just(0), st.integers(5, 40))
DROPPABLE = ["unpaid-orders", "arrears", "commerce-contract"]
OPTIONAL = ["account-frozen", "service-support-plan"]
# What the machine's own versions change.
DRAWN = [
    *("counts_withdrawn", "facts_max_age_hours", "number_hold_hours", "request_limit", "request_window_months"),
    *("partner_request_limit", "reseller_checks"),
]
TEXTS = ["changes", "stays", "referral_changes", "referral_stays"]
FACTS = st.sampled_from(
    ["order", "arrears", "instance", "plan", "vendor plan", "contract", "member", "frozen", "no currency", "membership"]
)


class WorldRules(RequestRules):
    @initialize(starters=st.lists(st.sampled_from(STARTERS[:5]), max_size=3))
    def some_have_asked_to_part(self, starters: list[Who]) -> None:
        """Examples begin with none to three open requests, so that there is something to decide from the first step."""
        for pick, who in enumerate(starters, start=1):
            self._ask_to_part(pick, who)

    @rule(pick=PICK, who=st.sampled_from(STARTERS[:5]), helped=st.sampled_from(["", "settled", "granted", "granted"]))
    def ask_to_part(self, pick: int, who: Who, helped: str) -> None:
        """The way in one step, so that examples get far; mostly after all that stood in it was settled."""
        association = self.association(pick)
        if helped:
            self.settle(association.customer)
        opened = DisassociationRequest.objects.filter(association=association, status="pending").first()
        if helped == "granted" and opened is not None:
            self.act(withdraw, actor=opened.requested_by, request=opened)
            self.act(grant, actor=self.cast.staff, customer=association.customer, reason="It was a mistake")
        self._ask_to_part(pick, who)

    @rule(pick=PICK, who=st.sampled_from(DECIDERS[:4]), settles=st.booleans(), dies=DEATHS)
    def decide(self, pick: int, who: Who, settles: bool, dies: int) -> None:
        """An approval by one who may, so that associations end; some are cut off before the completion."""
        request = self.request(pick)
        if settles and request is not None:
            self.settle(request.customer)
        self.fuse = dies
        self._approve(request, who, "We part")

    def customer(self, pick: int) -> Tenant:
        return Tenant.objects.get(pk=self.cast.customers[pick % len(self.cast.customers)].pk)

    def save(self, record: Any, *changed: str) -> None:
        self.act(save_record, actor=self.cast.staff, record=record, changed=changed)

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.wait(span)

    @rule(mood=st.sampled_from(MOODS), late=st.sampled_from([0, 0, 3600, 90000]))
    def the_clock_ticks(self, mood: str, late: int) -> None:
        """Now, or for a later moment at once. Whatever is due is completed or blocked; nothing goes out twice."""
        provider.mood = mood
        at = self.now + timedelta(seconds=late)
        waiting = DisassociationRequest.objects.filter(status="approved", complete_at__lte=at)
        must = {request.pk for request in waiting if not oracle.later_blockers(request, at)}
        answer = self.act_of_the_system(tick, now=at)
        provider.mood = "well"
        again = [key for key, times in Counter(provider.taken).items() if times > 1]
        assert not again, f"Sent twice: {again}"
        if isinstance(answer, Interrupted) or self.was_burning:
            return
        assert answer.completed == len(must), f"{answer}, where {must} had to be completed"
        queued = Notification.objects.filter(state="queued")
        if not queued.filter(lease_until__gt=self.now).exists():  # else a sender that died holds messages for a while
            left = list(queued.filter(next_attempt_at__lte=self.now - timedelta(seconds=1)))
            assert not left, f"Left behind: {left}"

    @rule(statements=st.integers(1, 45))
    def a_process_will_die(self, statements: int) -> None:
        """The next operation gets no further than so many statements."""
        self.fuse = statements

    @rule(pick=PICK, fact=FACTS, days=st.sampled_from([0, 2, 40]))
    def a_fact_comes(self, pick: int, fact: str, days: int) -> None:
        tenant = self.customer(pick)
        number = f"{fact}-{self.now:%Y%m%d%H%M%S}"
        ends = self.now + timedelta(days=days) if days else None
        term = {"tenant": tenant, "number": number, "starts_at": self.now, "ends_at": ends}
        if fact == "order":
            money = {"ordered_on": timezone.localdate(), "amount": Decimal(40), "currency": "EUR"}
            self.save(Order(tenant=tenant, number=number, **money))
        elif fact == "arrears":
            self._owe(tenant, Decimal(7))
        elif fact == "instance":
            self.save(ReservedInstance(**term))
        elif fact in {"plan", "vendor plan"}:
            self.save(SupportPlan(**term, provider="partner" if fact == "plan" else "vendor"))
        elif fact == "contract":
            self.save(CommerceContract(**term))
        elif fact in {"member", "membership"}:
            self._attach(tenant, as_master=fact == "member", pick=pick)
        else:
            tenant.is_frozen, tenant.currency = fact == "frozen" or tenant.is_frozen, "" if fact != "frozen" else "EUR"
            self.save(tenant, "is_frozen", "currency")

    @rule(pick=PICK)
    def all_facts_go(self, pick: int) -> None:
        """Everything that a customer and its partner can settle is settled."""
        self.settle(self.customer(pick))

    def settle(self, tenant: Tenant) -> None:
        for order in Order.objects.filter(tenant=tenant, status="unpaid"):
            order.status = Order.Status.PAID
            self.save(order, "status")
        self._owe(tenant, Decimal(0))
        terms: list[Any] = [ReservedInstance, SupportPlan, CommerceContract]
        for term in (row for model in terms for row in model.objects.filter(tenant=tenant, ended_at=None)):
            term.ended_at = self.now
            self.save(term, "ended_at")
        for feed in FactFeed.objects.filter(tenant=tenant):
            feed.keeper = FactFeed.Keeper.PORTAL
            self.save(feed, "keeper")
        for member in MemberAccount.objects.filter(master=tenant):
            member.accounting = MemberAccount.Accounting.UNIFIED
            self.save(member, "accounting")
        tenant.is_frozen, tenant.currency = False, "EUR"
        self.save(tenant, "is_frozen", "currency")

    @rule(pick=PICK, kind=st.sampled_from(FactKind.values), hours=st.sampled_from([None, 0, 23, 25]))
    def facts_are_kept_elsewhere(self, pick: int, kind: str, hours: int | None) -> None:
        tenant = self.customer(pick)
        feed = FactFeed.objects.filter(tenant=tenant, kind=kind).first() or FactFeed(tenant=tenant, kind=kind)
        feed.keeper = FactFeed.Keeper.EXTERNAL
        feed.synced_at = None if hours is None else self.now - timedelta(hours=hours)
        self.save(feed, "keeper", "synced_at")

    @rule(
        limits=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)),
        counts_withdrawn=st.booleans(),
        hours=st.sampled_from([1, 24]),
        dropped=st.sets(st.sampled_from(DROPPABLE), max_size=1),
        added=st.sets(st.sampled_from(OPTIONAL), max_size=1),
    )
    def a_policy_comes_into_force(
        self, limits: tuple[int, int, int], counts_withdrawn: bool, hours: int, dropped: set[str], added: set[str]
    ) -> None:
        draft = Policy(counts_withdrawn=counts_withdrawn, facts_max_age_hours=hours, number_hold_hours=hours)
        draft.request_limit, draft.request_window_months, draft.partner_request_limit = limits
        draft.reseller_checks = [code for code in [*draft.reseller_checks, *sorted(added)] if code not in dropped]
        follows = Policy.current().version
        self.act(put_in_force, actor=self.cast.staff, draft=draft, follows=follows, changed=DRAWN)

        if limits == (1, 1, 1):
            self._put_a_statement_in_force()

    def _put_a_statement_in_force(self) -> None:
        draft = Statement(changes="All.", stays="Nothing.", referral_changes="Little.", referral_stays="Most.")
        follows = Statement.current().version
        self.act(put_in_force, actor=self.cast.staff, draft=draft, follows=follows, changed=TEXTS)

    def _owe(self, tenant: Tenant, amount: Decimal) -> None:
        row = Arrears.objects.filter(tenant=tenant).first() or Arrears(tenant=tenant, currency="EUR")
        row.amount = amount
        if Association.objects.filter(customer=tenant, ended_at=None, model="reseller").exists():
            row.credit_limit = Decimal(25000)
        self.save(row, "amount", "credit_limit")

    def _attach(self, tenant: Tenant, *, as_master: bool, pick: int) -> None:
        other = self.customer(pick + 1)
        master, member = (tenant, other) if as_master else (other, tenant)
        if MemberAccount.objects.filter(member=member).exists():
            return
        master.is_master = True
        self.save(master, "is_master")
        self.save(MemberAccount(master=master, member=member, accounting="independent", since_on=timezone.localdate()))
