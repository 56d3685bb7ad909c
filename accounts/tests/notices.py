"""Helpers of the notice tests: the context of a request, outbox rows, and SMS providers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from accounts import codes
from accounts.masking import number_fingerprint
from accounts.models import Challenge, Channel, Event, Notification, Purpose, User
from accounts.notifications.channels import CHANNELS, RESULT_CHANNELS
from accounts.notifications.outbox import notify, send_code
from accounts.sms import SmsBackend
from accounts.sms.memory import MemoryBackend
from accounts.tests.factories import PartnerTenantFactory, SmsDeviceFactory, UserFactory

REFERENCE = "D-7KQ4M2XV"
REQUEST: dict[str, Any] = {
    "reference": REFERENCE,
    "customer_name": "Northfield Traders",
    "partner_name": "Harbourline Systems",
    "vendor_name": "Lumenbridge Cloud",
    "initiator": "customer",
    "model": "reseller",
    "reason": "We buy directly from now on",
    "decision_reason": "An invoice is open",
    "decided_by": "partner",
    "submitted_at": "2025-11-03T08:42:00+00:00",
    "due_at": "2025-11-13T08:42:00+00:00",
    "blockers": ["unpaid-orders", "arrears"],
    "log_hash": "ab" * 32,
    "url": f"https://portal.example/requests/{REFERENCE}/",
}


def queue_notices(*users: User, event: Event = Event.APPROVED, channels: Any = RESULT_CHANNELS, **changes: Any) -> None:
    """Queue one notice about the request above."""
    ordinal, actor = changes.pop("ordinal", 0), changes.pop("actor", None)
    notify(
        event,
        subject=REFERENCE,
        reference=REFERENCE,
        recipients=users,
        channels=channels,
        context={**REQUEST, **changes},
        actor=actor,
        ordinal=ordinal,
    )


def reached(*users: User, channels: Iterable[str] = RESULT_CHANNELS) -> list[tuple[int, str]]:
    """Whom each of the channels reaches: user and channel, in order."""
    return sorted((user.pk, str(one)) for one in channels for user in CHANNELS[one].reachable(users))


def queued(channel: Channel = Channel.EMAIL, event: Event = Event.APPROVED, **changes: Any) -> Notification:
    """Return a queued row about the request, for an administrator with a number."""
    user = SmsDeviceFactory.create().user
    queue_notices(user, event=event, channels=[channel], **changes)
    return Notification.objects.get(recipient=user)


def partner_administrator() -> User:
    return UserFactory.create(tenant=PartnerTenantFactory.create(name="Harbourline Systems"))


def new_challenge(purpose: Purpose = Purpose.DISASSOCIATE, **changes: Any) -> Challenge:
    device = SmsDeviceFactory.create()
    now = timezone.now()
    given = {
        "user": device.user,
        "device": device,
        "purpose": purpose,
        "number_fingerprint": number_fingerprint(str(device.number)),
        "subject": "{}",
        "subject_digest": "0" * 64,
        "nonce": uuid4().hex,
        "key_id": codes.current_key_id(),
        "created_at": now,
        "expires_at": now + timedelta(minutes=5),
    }
    return Challenge.objects.create(**{**given, **changes})


def queued_code(partner_name: str = "Harbourline Systems", **changes: Any) -> Notification:
    challenge = new_challenge(**changes)
    send_code(challenge, {"action": "disassociate", "partner_name": partner_name})
    return Notification.objects.get(challenge=challenge)


@dataclass
class Provider:
    """A local SMS provider that records its requests and answers with the given statuses."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)  # of the next responses, then 200
    keys: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)  # responses wait until it is set
    asked: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.bodies.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        self.keys.append(handler.headers["Idempotency-Key"])
        self.asked.set()
        self.gate.wait(timeout=30)
        handler.send_response(self.statuses.pop(0) if self.statuses else 200)
        handler.end_headers()
        handler.wfile.write(json.dumps({"id": f"provider-{len(self.keys)}"}).encode())


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    provider.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            provider.answer(self)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}/messages"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()


class InTransactionBackend(SmsBackend):
    """Returns as the ID whether a transaction was open during `send`."""

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        return f"in-transaction-{connection.in_atomic_block}"


class TooLateBackend(SmsBackend):
    """Takes so long that the lease expires and another sender takes over."""

    thief = uuid4()

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        Notification.objects.filter(idempotency_key=idempotency_key).update(lease_token=self.thief)
        return "too-late"


class TalkativeBackend(SmsBackend):
    """Raises an error that contains the message and the number."""

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        raise ValueError(f"could not send {body} to {to}")


class OpensAtSecondTryBackend(MemoryBackend):
    """Fails to be created once, like a misconfigured backend."""

    has_failed = False

    def __init__(self) -> None:
        if not type(self).has_failed:
            type(self).has_failed = True
            raise ImportError("not configured")
