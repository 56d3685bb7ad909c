"""Completions per second of the clock, alternating with `hello`: `python -m bench.completions`.

Needs `wrk` and a DATABASE_URL of PostgreSQL, and fills an empty database with a world. Each round approves requests of
a share of the ready customers, and one clock completes them. `--rounds 5`.
"""

import statistics
import time

from bench.rig import arguments, servers

MOST = 1000  # per round


def main() -> None:
    asked = arguments.read(__doc__, rounds=5, seconds=3)
    servers.start_django()
    from bench.rig import stage, wrk

    stage.set_up(*arguments.WORLD_OF_FLOWS)
    shares = stage.Shares(asked.rounds, most=MOST * (asked.rounds + 1))
    hello = stage.hello_flows([one.customer for one in shares.all[:1000]])
    rates, sticks = [], []
    with servers.running() as sites:
        for _ in range(asked.rounds):
            sticks.append(wrk.run(wrk.repeated(sites.stick, hello), asked.seconds).flows)
            rates.append(complete(shares.take()))
    rate, stick = statistics.median(rates), statistics.median(sticks)
    print(f"{rate:.1f} completions/s ({min(rates):.0f}-{max(rates):.0f}), {rate / stick:.3f} x hello ({stick:.0f}/s)")


def complete(ready) -> float:  # type: ignore[no-untyped-def]
    """Return the completions per second, from the clock's query to the last commit."""
    from django.utils import timezone

    from bench.rig import stage
    from partners.clock import complete_due

    now = timezone.now()
    stage.create_requests(ready, status="approved", decided_at=now, decided_by="partner", complete_at=now)
    begun, completed = time.monotonic(), 0
    while found := complete_due(timezone.now()):
        completed += found
    if completed < len(ready):
        raise SystemExit(f"{completed} of {len(ready)} were completed.")
    return completed / (time.monotonic() - begun)


if __name__ == "__main__":
    main()
