"""Ways in which the Redis of the running system fails without being dead."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis import Redis

from portal.tests.kills.system import System


@contextmanager
def redis_of(system: System) -> Iterator[Redis]:
    """Yield a client of the system's Redis."""
    client = Redis.from_url(system.redis_url)
    try:
        yield client
    finally:
        client.close()


def hang(system: System) -> None:
    """Stop Redis without closing its connections. System.end kills it."""
    process = system.programs["redis"].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)


def fill(system: System) -> None:
    """Let Redis answer and refuse every write. Its eviction policy is `noeviction`, the default."""
    with redis_of(system) as client:
        client.config_set("maxmemory", "1")


def change_the_password(system: System) -> None:
    """Ask for a password that the portal does not have, and close its connections."""
    with redis_of(system) as client:
        client.config_set("requirepass", "another-password")
        client.client_kill_filter(_type="normal", skipme=True)


FAILURES: dict[str, Callable[[System], None]] = {
    "it hangs": hang,
    "it is full": fill,
    "it refuses the password": change_the_password,
}
