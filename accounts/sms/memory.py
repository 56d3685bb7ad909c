"""SMS backend for tests that keeps the messages in a list, like Django's locmem mail backend."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.sms.contract import SmsBackend


@dataclass(frozen=True)
class SentSms:
    to: str
    body: str
    idempotency_key: str


outbox: list[SentSms] = []  # never cleared here: a test clears it first


class MemoryBackend(SmsBackend):
    def send(self, to: str, body: str, idempotency_key: str) -> str:
        outbox.append(SentSms(to, body, idempotency_key))
        return f"memory-{len(outbox)}"
