"""Response time of pages in a large world against a small one: `python -m bench.growth SMALL_URL LARGE_URL [NAME ...]`.

The URLs are PostgreSQL databases filled by `bench.world`, for example with 1,000 tenants and 10,000 entries, and with
1,000,000 and 10,000,000. Two portals run side by side, and rounds alternate between them. Quote the ratio of the times.
Goal: at most 1.15, for every page and for the log. `--rounds 5 --seconds 3`.
"""

import os
import subprocess
import sys

from bench.rig import arguments, servers

# Give the large partner the same number of requests to decide in both worlds, so that its pages have equal size.
PREPARE = """
WAITING = 40
from bench.rig import servers
servers.start_django()
from bench.rig import people, stage, visits
from bench.rig.population import LARGE_PARTNER
stage.set_up(0, 0)
ready = [one for one in stage.ready_customers(10**6) if one.partner == LARGE_PARTNER]
stage.create_requests(ready[:WAITING])
for visit in visits.visits():
    print("VISIT", visit.name, visit.path, *people.sign_in([visit.user] * 4), sep="\\t")
"""


def main() -> None:
    urls = [word for word in sys.argv[1:] if word.startswith("postgres")]
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in urls]
    asked = arguments.read(__doc__, rounds=5, seconds=3, names=True)
    if len(urls) != 2:
        sys.exit(__doc__)
    small, large = (visits_in(url) for url in urls)
    os.environ["DATABASE_URL"] = urls[0]
    servers.start_django()
    from bench.rig import wrk

    print(f"{'':34} {'time':>6} {'p95':>6} {'effort':>7}   large / small;  ms a request: small, large (web + database)")
    with servers.running(urls[0]) as one, servers.running(urls[1]) as other:
        for name in small:
            if arguments.chosen(name, asked.names):
                loads = {
                    "small": wrk.repeated(one.portal, flows(*small[name])),
                    "large": wrk.repeated(other.portal, flows(*large[name])),
                }
                report(name, wrk.in_turn(loads, rounds=asked.rounds, seconds=asked.seconds))


def visits_in(url: str) -> dict[str, list[str]]:
    """Return path and cookies of the pages of one world by name, determined in a subprocess."""
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", PREPARE], env=environment, stdout=subprocess.PIPE, check=True)
    lines = [line.split("\t") for line in done.stdout.decode().splitlines() if line.startswith("VISIT\t")]
    return {name: rest for _, name, *rest in lines}


def flows(path: str, *cookies: str):  # type: ignore[no-untyped-def]
    from bench.rig.wrk import Flow

    return [Flow(one, path) for one in cookies]


def report(name: str, found) -> None:  # type: ignore[no-untyped-def]
    from bench.rig.wrk import median

    small, large = median(found["small"]), median(found["large"])
    time, effort = small.flows / max(large.flows, 0.01), large.effort / max(small.effort, 0.01)
    print(
        f"{name:34} {time:6.2f} {large.p95 / small.p95:6.2f} {effort:7.2f}   "
        f"{small.web:6.2f} + {small.database:5.2f}, {large.web:6.2f} + {large.database:5.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
