"""A text message provider with moods: it takes messages, is away, or refuses them for good."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.sms import Rejected, SmsBackend, Unavailable

MOODS = ("well", "well", "away", "refuses")


@dataclass
class Provider:
    mood: str = "well"
    taken: list[str] = field(default_factory=list)  # the idempotency keys of what it took


provider = Provider()


class MoodyBackend(SmsBackend):
    def send(self, to: str, body: str, idempotency_key: str) -> str:
        if provider.mood == "away":
            raise Unavailable("http-503")
        if provider.mood == "refuses":
            raise Rejected("http-400")
        provider.taken.append(idempotency_key)
        return f"taken-{len(provider.taken)}"
