"""Run wrk with a list of flows, in rounds that alternate with the baseline, and report the medians.

A flow is one or more requests of one user. The baseline is measured with the same client.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bench.rig import effort
from bench.rig.servers import Site

CONNECTIONS = 4
SCRIPT = Path(__file__).with_name("flows.lua")


@dataclass(frozen=True)
class Flow:
    """The user's cookies, the first path, and the IP address in X-Forwarded-For."""

    cookies: str
    path: str
    ip: str = ""

    def line(self) -> str:
        return f"{self.cookies}\t{self.path}\t{self.ip}\n"


@dataclass(frozen=True)
class Load:
    """The load on one site. `steps` is a name in flows.lua; `prepare` returns the flows of a round."""

    site: Site
    steps: str
    prepare: Callable[[], Iterable[Flow]]


def repeated(site: Site, flows: list[Flow]) -> Load:
    """Return a load that repeats the same flows."""
    return Load(site, "page", lambda: flows)


@dataclass(frozen=True)
class Round:
    flows: float  # per second
    p95: float  # of a request, in ms
    web: float  # CPU time of a flow, in ms
    database: float  # CPU time of a flow, in ms

    @property
    def effort(self) -> float:
        return self.web + self.database


Found = dict[str, list[Round]]


def run(load: Load, seconds: float) -> Round:
    """Run one round. Exit on a wrong response, or if the flows run out, because the figures would be meaningless."""
    with tempfile.NamedTemporaryFile("w", suffix=".flows") as flows:
        flows.writelines(flow.line() for flow in load.prepare())
        flows.flush()
        web, database = effort.of_web(load.site.pid), effort.of_database()
        output = _run_wrk(load, flows.name, seconds)
        web, database = effort.of_web(load.site.pid) - web, effort.of_database() - database
    number = max(float(output["total"]), 1)
    return Round(float(output["flows"]), float(output["p95_us"]) / 1000, web / number * 1000, database / number * 1000)


def _run_wrk(load: Load, flows: str, seconds: float) -> dict[str, str]:
    threads = str(CONNECTIONS)
    options = [f"-t{threads}", f"-c{threads}", f"-d{seconds}s", "-s", str(SCRIPT), load.site.address]
    command = ["wrk", *options, "--", load.steps, flows, threads]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = dict(re.findall(r"^(\w+)=(.*)$", done.stdout, re.MULTILINE))
    if output.get("wrong") or "flows" not in output:
        sys.exit(f"{load.steps}: {output.get('wrong') or done.stdout + done.stderr}")
    return output


def in_turn(loads: Mapping[str, Load], *, rounds: int, seconds: float) -> Found:
    """Run the loads alternately, so that a slow machine affects all of them. A first, short round warms up."""
    for load in loads.values():
        run(load, 1)
    found: Found = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            found[name].append(run(load, seconds))
    return found


def report(found: Found, *, unit: str = "requests/s") -> None:
    """Print one line per load: the medians, and their ratios to the first load, which is the baseline."""
    stick = median(next(iter(found.values())))
    print(f"{'':34} {unit:>11}  x hello  p95 ms  x hello  web ms  db ms  x hello by effort")
    for name, rounds in found.items():
        one = median(rounds)
        print(
            f"{name:34} {one.flows:11.1f} {one.flows / stick.flows:8.3f} {one.p95:7.1f} {one.p95 / stick.p95:8.1f} "
            f"{one.web:7.2f} {one.database:6.2f} {stick.effort / max(one.effort, 0.001):18.3f}",
            flush=True,
        )


def median(rounds: list[Round]) -> Round:
    """Return the median of each figure separately."""
    return Round(*(statistics.median(getattr(one, field.name) for one in rounds) for field in fields(Round)))
