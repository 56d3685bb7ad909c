"""Whether the broker takes messages, for health checks and metrics.

It connects anew each time: the circuit breaker of the wake-ups would hide a broker that is back.
"""

from __future__ import annotations

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

TIMEOUT = 0.5  # seconds, to connect and for the answer
KEY = "portal-health"
KEPT = 60  # seconds


def problem() -> str:
    """Return why the broker takes no message, or "". A full Redis answers PING, but refuses every write."""
    if not settings.REDIS_URL:
        return ""
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            broker.set(KEY, "1", ex=KEPT)
    except (RedisError, OSError) as error:
        return type(error).__name__
    return ""
