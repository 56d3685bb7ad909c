"""What must hold of the rows after every step, whatever happened: each asked of the tables, not of the product."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.codes import code_for
from accounts.management.commands.verify_operation_log import Command as Verifier
from accounts.models import Arrears, Challenge, FactFeed, Notification, OperationLogEntry, SmsDevice, User
from partners.models import Association, DisassociationRequest, Grant
from partners.tests.cast import NUMBERS
from partners.tests.machine import oracle

DECISIONS = {"approved", "rejected"}
STEPS = {"requested", "approved", "rejected", "withdrawn", "cancelled", "expired", "completed"}
RESULTS = STEPS - {"requested", "expired"}
# No request has a later date here: its completion is notified in place of the approval, or what blocks it.
SILENT = "approved"
VERIFY_EVERY = 10
REFUSALS_AN_HOUR = 20
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Books:
    """Reads the log as it grows; everything else is read anew each time."""

    last_entry: int = 0
    statuses: dict[str, str] = field(default_factory=dict)  # what the log alone says of each reference
    decided: Counter[str] = field(default_factory=Counter)
    looks: int = 0

    def check(self) -> None:
        self.looks += 1
        entries = list(OperationLogEntry.objects.filter(pk__gt=self.last_entry).order_by("pk"))
        for entry in entries:
            self._read(entry)
        requests = list(DisassociationRequest.objects.select_related("policy", "association"))
        self._the_log_alone_says_every_status(requests)
        assert max(self.decided.values(), default=0) <= 1, f"Decided twice: {self.decided}"
        _one_is_open(requests)
        _an_association_ends_by_its_request(requests)
        _no_credit_outlives_its_association(entries)
        _the_limit_was_kept(requests)
        _everybody_is_told_once(entries)
        _one_result_a_person_and_channel()
        _nothing_secret_is_written(entries)
        if self.looks % VERIFY_EVERY == 0:
            chains_verify()

    def close(self) -> None:
        """What is asked once, at the end."""
        chains_verify()
        _refusals_were_bounded()
        _codes_were_bounded()

    def _read(self, entry: OperationLogEntry) -> None:
        """Fold one entry. Whatever names a reference begins where the entry before it left off."""
        self.last_entry = entry.pk
        reference = entry.reference
        if not reference or entry.result == "refused" or entry.operation == "notice-resent":
            return
        known = self.statuses.get(reference, "")
        assert entry.status_before == known, f"{entry} begins at {entry.status_before!r}, the log stood at {known!r}"
        assert entry.status_after, f"{entry} does not say where it ends"
        self.statuses[reference] = entry.status_after
        self.decided[reference] += entry.operation in DECISIONS

    def _the_log_alone_says_every_status(self, requests: Sequence[DisassociationRequest]) -> None:
        stored = {request.reference: str(request.status) for request in requests}
        assert self.statuses == stored, f"The log says {self.statuses}, the table {stored}"


def chains_verify() -> None:
    verifier = Verifier()
    verifier.count = 0
    faults = list(verifier.faults())
    assert faults == [], faults


def _one_is_open(requests: Sequence[DisassociationRequest]) -> None:
    opened = Counter(row.association_id for row in requests if row.status in {"pending", "approved"})
    assert max(opened.values(), default=0) <= 1, f"Open requests by association: {opened}"
    active = Counter(Association.objects.filter(ended_at=None).values_list("customer", flat=True))
    assert max(active.values(), default=0) <= 1, f"Active associations by customer: {active}"


def _an_association_ends_by_its_request(requests: Sequence[DisassociationRequest]) -> None:
    """No completed request with an active association; none ends but by one completed request, or by an import."""
    completed = sorted(row.association_id for row in requests if row.status == "completed")
    ended = sorted(Association.objects.exclude(ended_at=None).exclude(ended_by="vendor").values_list("pk", flat=True))
    assert completed == ended, f"Completed: {completed}, ended: {ended}"
    still_open = [
        row.reference for row in requests if row.association.ended_at and row.status in {"pending", "approved"}
    ]
    assert not still_open, f"Open on an ended association: {still_open}"


def _no_credit_outlives_its_association(entries: Sequence[OperationLogEntry]) -> None:
    """An association that ended leaves no credit limit, except where another system keeps it."""
    for entry in (entry for entry in entries if entry.operation == "completed"):
        left = Arrears.objects.filter(tenant=entry.customer_id, credit_limit__gt=0)
        fed = FactFeed.objects.filter(tenant=entry.customer_id, kind="arrears", keeper="external")
        assert fed.exists() or not left.exists(), f"{entry} left {left}"


def _the_limit_was_kept(requests: Sequence[DisassociationRequest]) -> None:
    """Each request that was beyond its limit has used up a grant that was good then, and no other has used one."""
    grants = {grant.used_by_id: grant for grant in Grant.objects.exclude(used_by=None)}
    for request in requests:
        is_of_customer = request.initiator == "customer"
        earlier = [
            row
            for row in requests
            if (row.submitted_at, row.pk) < (request.submitted_at, request.pk)
            and row.customer_id == request.customer_id
            and (row.initiator == "customer" if is_of_customer else row.partner_id == request.partner_id)
        ]
        is_over = oracle.is_limited(earlier, request.policy, request.initiator, request.submitted_at)
        grant = grants.get(request.pk)
        assert is_over == (grant is not None), f"{request}: over its limit: {is_over}, grant: {grant}"
        if grant is not None:
            assert is_of_customer, f"{request} of a partner used a grant"
            assert grant.customer_id == request.customer_id, f"{request} used the grant of another"
            assert grant.created_at <= request.submitted_at < grant.expires_at, f"{request} used an expired grant"


def _everybody_is_told_once(entries: Sequence[OperationLogEntry]) -> None:
    told = Counter(Notification.objects.values_list("event", "subject", "recipient", "channel", "ordinal"))
    assert max(told.values(), default=0) <= 1, f"Told twice: {[key for key, n in told.items() if n > 1]}"
    for entry in entries:
        if entry.operation not in STEPS - {SILENT} or entry.result != "done":
            continue
        people = User.objects.filter(tenant__in=[entry.customer_id, entry.partner_id], role="administrator")
        proven = set(SmsDevice.objects.filter(confirmed=True).values_list("user", flat=True))
        ways = ("email", "portal", "sms") if entry.operation in RESULTS else ("email", "portal")
        due = {
            (entry.operation, entry.reference, user.pk, way, 0)
            for user in people
            for way in ways
            if (way != "sms" or user.pk in proven) and (way != "email" or not user.email.endswith(".invalid"))
        }
        assert due <= told.keys(), f"Not told of {entry}: {due - told.keys()}"


def _one_result_a_person_and_channel() -> None:
    """A request has one result for each person and channel, and an approval is not one."""
    sent = Counter(Notification.objects.filter(event__in=RESULTS).values_list("subject", "recipient", "channel"))
    assert max(sent.values(), default=0) <= 1, f"Two results: {[key for key, n in sent.items() if n > 1]}"
    assert not Notification.objects.filter(event=SILENT).exists()


def _nothing_secret_is_written(entries: Sequence[OperationLogEntry]) -> None:
    """No code and no full number in an entry or in a waiting notice."""
    if not entries:
        return
    codes = {code_for(challenge) for challenge in Challenge.objects.select_related("device")}
    looks_secret = re.compile("|".join([*(rf"(?<!\d){code}(?!\d)" for code in codes), *(n[3:] for n in NUMBERS)]))
    texts = [entry.payload.replace(f'"at":"{_moment(entry.at)}"', "") for entry in entries]
    texts += [str(context) for context in Notification.objects.values_list("context", flat=True)]
    leaked = [text for text in texts if looks_secret.search(re.sub(r"[0-9a-f]{32,}", "", text))]
    assert not leaked, leaked


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _refusals_were_bounded() -> None:
    """At most 20 refused entries a person and hour; the entry of a lock is always written and is not counted."""
    rows = OperationLogEntry.objects.filter(result="refused", actor__isnull=False).exclude(operation="code-locked")
    moments: dict[int, list[datetime]] = {}
    for actor, at in rows.order_by("at").values_list("actor", "at"):
        moments.setdefault(actor or 0, []).append(at)
    for actor, times in moments.items():
        assert _most_within(times, HOUR) <= REFUSALS_AN_HOUR, f"user {actor} filled the log"


def _codes_were_bounded() -> None:
    """Five codes an hour and ten a day for each user, three resends an attempt, five wrong tries a code."""
    sent: dict[int, list[datetime]] = {}
    for challenge in Challenge.objects.order_by("created_at"):
        sent.setdefault(challenge.user_id, []).append(challenge.created_at)
        assert challenge.ordinal <= 3, f"{challenge} was sent again {challenge.ordinal} times"
        assert len(challenge.wrong_tries_at) <= 5, f"{challenge} was tried {len(challenge.wrong_tries_at)} times"
    for user, times in sent.items():
        assert _most_within(times, HOUR) <= 5, f"user {user} got too many codes within an hour"
        assert _most_within(times, DAY) <= 10, f"user {user} got too many codes within a day"


def _most_within(times: Sequence[datetime], span: timedelta) -> int:
    return max((sum(0 <= (at - begin) / span < 1 for at in times) for begin in times), default=0)
