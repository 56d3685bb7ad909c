"""Invariants after the kills: everything that users saw succeed is in the database once, and was notified once.

The expected recipients and notices are written here independently of the product's code.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from accounts.models import Notification, OperationLogEntry
from partners.models import Association, DisassociationRequest
from portal.tests.kills.driver import Taken
from portal.tests.kills.receiver import Delivery

LEASE = 30.0  # seconds
SLACK = 3.0  # seconds: a leased batch is started within two seconds, and there are two clocks
BY_MAIL = ("email", "portal")
EVERYWHERE = ("email", "portal", "sms")
Row = TypeVar("Row", bound=tuple[object, ...])


@dataclass(frozen=True)
class End:
    status: str
    operations: tuple[str, ...]
    results: tuple[str, ...]


ENDS = {
    "pending": End("pending", ("requested",), ()),
    "rejected": End("rejected", ("requested", "rejected"), ("rejected",)),
    "withdrawn": End("withdrawn", ("requested", "withdrawn"), ("withdrawn",)),
    "approved": End("completed", ("requested", "approved", "completed"), ("completed",)),
    "referral": End("completed", ("requested", "approved", "completed"), ("completed",)),
}


@dataclass(frozen=True)
class Balance:
    requests: int
    notices: int
    deliveries: int
    duplicates: int
    faults: tuple[str, ...]


def balance(taken: Iterable[Taken], deliveries: list[Delivery]) -> Balance:
    ways = list(taken)
    notices = list(Notification.objects.select_related("recipient"))
    faults = [*_requests(ways), *_entries(ways), *_associations(), *_notices(ways, notices)]
    faults += _deliveries(notices, deliveries)
    duplicates = sum(count - 1 for count in Counter(d.key for d in deliveries).values())
    return Balance(len(ways), len(notices), len(deliveries), duplicates, tuple(faults))


def _requests(ways: list[Taken]) -> Iterator[str]:
    """Yield accepted requests that are not stored with the status that their users saw, and unexpected ones."""
    stored = list(DisassociationRequest.objects.values_list("reference", "association_id", "status"))
    expected = [(way.reference, way.customer.association, ENDS[way.end].status) for way in ways]
    yield from _differences("request", Counter(expected), Counter(stored))


def _entries(ways: list[Taken]) -> Iterator[str]:
    """Yield steps of requests without exactly one done entry."""
    about = OperationLogEntry.objects.filter(result="done").exclude(reference="").exclude(operation="seen")
    expected = [(way.reference, operation) for way in ways for operation in ENDS[way.end].operations]
    yield from _differences("entry", Counter(expected), Counter(about.values_list("reference", "operation")))


def _associations() -> Iterator[str]:
    """Yield associations that ended without a completed request, or did not end with one."""
    ended = Counter(Association.objects.former().values_list("pk"))
    completed = DisassociationRequest.objects.filter(status="completed")
    yield from _differences("end of association", Counter(completed.values_list("association_id")), ended)


def _notices(ways: list[Taken], notices: list[Notification]) -> Iterator[str]:
    """Yield missing, duplicate and unsent notices."""
    expected = [
        (event, way.reference, person.pk, channel)
        for way in ways
        for events, channels in ((("requested",), BY_MAIL), (ENDS[way.end].results, EVERYWHERE))
        for event in events
        for person in way.customer.people
        for channel in channels
    ]
    told = [(n.event, n.subject, n.recipient_id, str(n.channel)) for n in notices if n.event != "code"]
    yield from _differences("notice", Counter(expected), Counter(told))
    for notice in notices:
        is_useless_code = notice.event == "code" and notice.state == Notification.State.DROPPED
        if notice.state != Notification.State.SENT and not is_useless_code:
            yield f"notice {notice.idempotency_key} is {notice.state} after {notice.attempts} tries"


def _deliveries(notices: list[Notification], deliveries: list[Delivery]) -> Iterator[str]:
    """Yield notices that did not arrive once. A repeat is fine after its lease, if the row counted the attempt."""
    sent = {n.idempotency_key: n for n in notices if n.channel != "portal"}
    arrived: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        arrived[delivery.key].append(delivery)
    yield from (f"delivery {key} belongs to no notice" for key in arrived.keys() - sent.keys())
    for key, notice in sent.items():
        repeats = arrived[key]
        if notice.state == Notification.State.SENT and not repeats:
            yield f"notice {key} is sent and never arrived"
        if len(repeats) > notice.attempts:
            yield f"notice {key} arrived {len(repeats)} times in {notice.attempts} tries"
        gaps = [later.at - earlier.at for earlier, later in pairwise(repeats)]
        if gaps and min(gaps) < LEASE - SLACK:
            yield f"notice {key} arrived again after {min(gaps):.1f} s, within its lease"
        if len({(d.channel, d.to, d.text) for d in repeats}) > 1:
            yield f"notice {key} arrived in different words or at different people"


def _differences(what: str, expected: Counter[Row], found: Counter[Row]) -> Iterator[str]:
    for row in (expected - found) + (found - expected):
        yield f"{what} {row}: expected {expected[row]}, found {found[row]}"
