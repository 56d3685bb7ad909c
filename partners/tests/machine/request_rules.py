"""The rules about associations and requests: every verb of partners/operations, by everybody."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.codes import code_for
from accounts.models import Challenge, Operation, OperationLogEntry, Purpose, Side, Tenant, User
from accounts.verification import Issued, Limited, Locked
from partners.models import Association, DisassociationRequest, Partner
from partners.operations.approve import approve
from partners.operations.associate import AlreadyAssociated, Associated, associate
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.cancel import cancel
from partners.operations.complete import complete
from partners.operations.grant import grant
from partners.operations.mark_seen import mark_seen
from partners.operations.outcomes import Blocked, Done, Lost, Submitted
from partners.operations.reject import reject
from partners.operations.start import resend_code, start_disassociation
from partners.operations.submit import submit_disassociation
from partners.operations.withdraw import withdraw
from partners.tests.machine import oracle
from partners.tests.machine.cast import ANYBODY, DECIDERS, STARTERS, WITHDRAWERS, Who
from partners.tests.machine.stage import Denied, Interrupted, Stage
from partners.tests.verbs import OF_REQUESTS, Verb, parameters_of

PICK = st.integers(0, 11)
REASONS = st.sampled_from(["", "We part", "  "])
IP = "192.0.2.1"


class RequestRules(Stage):
    def association(self, pick: int) -> Association:
        """Mostly an active one; the newest are met most."""
        rows = list(Association.objects.select_related("customer", "partner__tenant").order_by("-pk"))
        active = [row for row in rows if row.ended_at is None]
        return (active or rows)[pick % len(active or rows)] if pick else rows[0]

    def request(self, pick: int) -> DisassociationRequest | None:
        """Mostly an open one."""
        rows = list(
            DisassociationRequest.objects.select_related("association__customer", "partner__tenant", "policy").order_by(
                "-pk"
            )
        )
        opened = [row for row in rows if row.status in {"pending", "approved"}]
        chosen = opened if opened and pick % 4 else rows
        return chosen[pick % len(chosen)] if chosen else None

    @rule(pick=PICK, who=st.sampled_from(STARTERS), reason=REASONS)
    def start(self, pick: int, who: Who, reason: str) -> None:
        association = self.association(pick)
        self._start(self.cast.user_of(who, association), association, reason)

    def _start_of(self, pick: int, who: Who) -> object:
        association = self.association(pick)
        return self._start(self.cast.user_of(who, association), association, "We part")

    def _start(self, actor: User, association: Association, reason: str) -> object:
        side = oracle.side_of(actor, association)
        if side == "partner" and not reason.strip():
            self.refuses(start_disassociation, actor=actor, association=association, reason=reason, ip=IP)
            return None
        expected = oracle.start_blockers(association, actor, side, self.now) if side else set()
        answer = self.act(
            start_disassociation, allowed=bool(side), actor=actor, association=association, reason=reason, ip=IP
        )
        if isinstance(answer, Blocked):
            assert {one.code for one in answer.answers if one.result != "pass"} == expected
        elif not isinstance(answer, Denied | Interrupted):
            assert not expected, f"A code was sent in spite of {expected}"
            assert isinstance(answer, Issued | Limited | Locked), answer
        return answer

    @rule(pick=PICK, who=st.sampled_from(STARTERS))
    def send_code_again(self, pick: int, who: Who) -> None:
        association = self.association(pick)
        actor = self.cast.user_of(who, association)
        allowed = bool(oracle.side_of(actor, association))
        self.act(resend_code, allowed=allowed, actor=actor, association=association, ip=IP)

    @rule(
        pick=PICK,
        who=st.sampled_from(STARTERS),
        kind=st.sampled_from(["right", "right", "wrong", "older", "none"]),
        late=st.sampled_from([0, 0, 61, 301]),
    )
    def enter_code(self, pick: int, who: Who, kind: str, late: int) -> None:
        self.wait(timedelta(seconds=late))
        association = self.association(pick)
        holder = Challenge.objects.filter(purpose=Purpose.DISASSOCIATE, ended_at=None).order_by("created_at").last()
        if holder is None or pick % 4 == 0:
            self._submit(self.cast.user_of(who, association), association, kind)
            return
        of_code = Association.objects.get(pk=json.loads(holder.subject)["association"])
        self._submit(holder.user, association if pick % 4 == 1 else of_code, kind)

    @rule(pick=PICK, who=st.sampled_from(STARTERS[:5]), times=st.integers(2, 6))
    def guess_codes(self, pick: int, who: Who, times: int) -> None:
        association = self.association(pick)
        actor = self.cast.user_of(who, association)
        self._start(actor, association, "We part")
        for _ in range(times):
            self._submit(actor, association, "wrong")

    def _ask_to_part(self, pick: int, who: Who) -> None:
        association = self.association(pick)
        actor = self.cast.user_of(who, association)
        if isinstance(self._start(actor, association, "We part"), Issued):
            self._submit(actor, association, "right")

    def _submit(self, actor: User, association: Association, kind: str) -> None:
        side = oracle.side_of(actor, association)
        challenge = Challenge.objects.filter(user=actor, purpose=Purpose.DISASSOCIATE).order_by("created_at").last()
        code = code_of(actor, Purpose.DISASSOCIATE, kind)
        is_right = challenge is not None and code == code_for(challenge)
        must = is_right and not oracle.is_locked(actor, self.now)
        must = must and oracle.must_submit(association, actor, side, challenge, self.now)
        answer = self.act(submit_disassociation, allowed=bool(side), actor=actor, association=association, code=code)
        if isinstance(answer, Denied | Interrupted):
            return
        assert isinstance(answer, Submitted) == must, f"{answer}, where a request must be made: {must}"
        if isinstance(answer, Submitted):
            answer.request.refresh_from_db()
            status = "completed" if association.model == "referral" else "pending"
            assert answer.request.status == status, f"{answer.request} is {answer.request.status}"

    @rule(pick=PICK, who=st.sampled_from(DECIDERS), reason=REASONS)
    def approve(self, pick: int, who: Who, reason: str) -> None:
        self._approve(self.request(pick), who, reason)

    def _approve(self, request: DisassociationRequest | None, who: Who, reason: str) -> None:
        if request is None:
            return
        actor = self.cast.user_about(who, request)
        blocked = oracle.later_blockers(request, self.now)
        allowed = oracle.may_decide(actor, request, reason)
        answer = self.act(approve, allowed=allowed, actor=actor, request=request, reason=reason)
        if isinstance(answer, Denied | Interrupted):
            return
        was_pending = request.status == "pending"
        assert isinstance(answer, Done) == (was_pending and not blocked), f"{answer}, blocked by {blocked}"
        if isinstance(answer, Blocked):
            assert {one.code for one in answer.answers if one.result != "pass"} == blocked
        if isinstance(answer, Done):
            assert answer.request.status == "completed"

    @rule(pick=PICK, who=st.sampled_from(DECIDERS), reason=REASONS)
    def reject(self, pick: int, who: Who, reason: str) -> None:
        request = self.request(pick)
        if request is None:
            return
        actor = self.cast.user_about(who, request)
        if not reason.strip():
            self.refuses(reject, actor=actor, request=request, reason=reason)
            return
        allowed = oracle.may_decide(actor, request, reason)
        answer = self.act(reject, allowed=allowed, actor=actor, request=request, reason=reason)
        _ends_as(answer, request, "rejected", request.status == "pending")

    @rule(pick=PICK, who=st.sampled_from(WITHDRAWERS))
    def withdraw(self, pick: int, who: Who) -> None:
        request = self.request(pick)
        if request is None:
            return
        actor = self.cast.user_about(who, request)
        allowed = oracle.side_of(actor, request.association) == request.initiator
        answer = self.act(withdraw, allowed=allowed, actor=actor, request=request)
        _ends_as(answer, request, "withdrawn", request.status == "pending")

    @rule(pick=PICK, who=st.sampled_from([("vendor", "staff"), ("vendor", "staff"), *WITHDRAWERS]), reason=REASONS)
    def cancel(self, pick: int, who: Who, reason: str) -> None:
        request = self.request(pick)
        if request is None:
            return
        actor = self.cast.user_about(who, request)
        if not reason.strip():
            self.refuses(cancel, actor=actor, request=request, reason=reason)
            return
        answer = self.act(cancel, allowed=actor == self.cast.staff, actor=actor, request=request, reason=reason)
        _ends_as(answer, request, "cancelled", request.status in {"pending", "approved"})

    @rule(pick=PICK)
    def complete(self, pick: int) -> None:
        request = self.request(pick)
        if request is None:
            return
        blocked = oracle.later_blockers(request, self.now)
        answer = self.act_of_the_system(complete, request=request)
        if isinstance(answer, Interrupted):
            return
        expected = Lost if request.status != "approved" else Blocked if blocked else Done
        assert isinstance(answer, expected), f"{answer} for {request.status}, blocked by {blocked}"

    @rule(pick=PICK, who=st.sampled_from(DECIDERS))
    def look_at(self, pick: int, who: Who) -> None:
        request = self.request(pick)
        if request is None:
            return
        actor = self.cast.user_about(who, request)
        decides = actor.tenant_id is not None and oracle.may_decide(actor, request, "")
        first = decides and request.seen_at is None and request.status in {"pending", "approved"}
        entries = OperationLogEntry.objects.filter(operation=Operation.SEEN, reference=request.reference).count()
        answer = self.act(mark_seen, actor=actor, request=request)
        if not isinstance(answer, Interrupted):
            assert answer == first, f"The first look of one who decides: {first}, the answer: {answer}"
            seen = OperationLogEntry.objects.filter(operation=Operation.SEEN, reference=request.reference).count()
            assert seen == entries + first

    @rule(pick=PICK, verb=st.sampled_from(OF_REQUESTS), who=st.sampled_from(DECIDERS))
    def play_any_verb_of_a_request(self, pick: int, verb: Verb, who: Who) -> None:
        """By its signature alone: a new verb is played without a rule of its own, and the books judge what it did."""
        request = self.request(pick)
        if request is None:
            return
        given = {"request": request, "actor": self.cast.user_about(who, request), "reason": "We part"}
        arguments = {name: given[name] for name in parameters_of(verb)}
        if "actor" in arguments:
            self.act(verb, allowed=None, **arguments)
        else:
            self.act_of_the_system(verb, **arguments)

    @rule(pick=PICK, who=st.sampled_from([("vendor", "staff"), ("vendor", "staff"), *ANYBODY]), reason=REASONS)
    def grant(self, pick: int, who: Who, reason: str) -> None:
        association = self.association(pick)
        actor, customer = self.cast.user_of(who, association), association.customer
        if not reason.strip():
            self.refuses(grant, actor=actor, customer=customer, reason=reason)
            return
        self.act(grant, allowed=actor == self.cast.staff, actor=actor, customer=customer, reason=reason)

    @rule(pick=PICK, partner=PICK, model=st.sampled_from(["reseller", "referral"]), who=st.sampled_from(ANYBODY))
    def associate(self, pick: int, partner: int, model: str, who: Who) -> None:
        customer = self.cast.customers[pick % len(self.cast.customers)]
        actor = self.cast.staff if pick % 3 else self.cast.user_of(who, self.association(partner))
        had = Association.objects.filter(customer=customer, ended_at=None).exists()
        answer = self.act(
            associate,
            allowed=actor == self.cast.staff,
            actor=actor,
            customer=customer,
            partner=self.cast.partners[partner % len(self.cast.partners)],
            model=model,
            reason="A contract was signed",
        )
        if not isinstance(answer, Denied | Interrupted):
            assert isinstance(answer, AlreadyAssociated if had else Associated), answer

    @rule(pick=PICK, partner=PICK, model=st.sampled_from(["reseller", "referral"]))
    def import_an_association(self, pick: int, partner: int, model: str) -> None:
        """As an import does: in its own transaction, for a customer that has no partner."""
        customer = self.cast.customers[pick % len(self.cast.customers)]
        if Association.objects.filter(customer=customer, ended_at=None).exists():
            return
        chosen = self.cast.partners[partner % len(self.cast.partners)]
        with transaction.atomic():
            self._begin(customer, chosen, model)

    @rule(pick=PICK, partner=PICK, model=st.sampled_from(["reseller", "referral"]))
    def adopt_another_association(self, pick: int, partner: int, model: str) -> None:
        """As an import with `--adopt` does: another model or another partner, while no request is open."""
        association = self.association(pick)
        opened = DisassociationRequest.objects.filter(association=association, status__in=["pending", "approved"])
        if association.ended_at or opened.exists():
            return
        chosen = self.cast.partners[partner % len(self.cast.partners)]
        with transaction.atomic():
            if association.partner_id != chosen.pk:
                end_association(association=association, side=Side.VENDOR, at=self.now)
                self._begin(association.customer, chosen, model)
            elif association.model != model:
                change_model(association=association, model=model)

    def _begin(self, customer: Tenant, partner: Partner, model: str) -> None:
        reason = "imported"
        begin_association(actor=None, side=Side.VENDOR, customer=customer, partner=partner, model=model, reason=reason)


def code_of(actor: User, purpose: Purpose, kind: str) -> str:
    """The newest code of the person, an older one, or none of them."""
    codes = [code_for(one) for one in Challenge.objects.filter(user=actor, purpose=purpose).order_by("created_at")]
    if not codes or kind == "none":
        return "" if kind == "none" else "000000"
    if kind == "older" and len(codes) > 1:
        return codes[-2]
    return codes[-1] if kind == "right" else next(c for c in map(str, range(100000, 100020)) if c not in codes)


def _ends_as(answer: object, request: DisassociationRequest, status: str, must: bool) -> None:
    """Done exactly where it must be done, and the row says so; else the answer is Lost and the row as it was."""
    if isinstance(answer, Denied | Interrupted):
        return
    before = request.status
    request.refresh_from_db()
    assert isinstance(answer, Done if must else Lost), f"{answer} for {before}"
    assert request.status == (status if must else before)
