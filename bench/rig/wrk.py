"""wrk with a list of flows: rounds of it, in turn with the measuring stick, and what they come to.

A flow is one or more requests of one person. Everything is measured with the same client, the stick too.
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
    """The cookies of its person, the address where it begins, and the address that the requests seem to come from."""

    cookies: str
    path: str
    ip: str = ""

    def line(self) -> str:
        return f"{self.cookies}\t{self.path}\t{self.ip}\n"


@dataclass(frozen=True)
class Load:
    """What is asked: `steps` is a word of flows.lua; `prepare` gives the flows of a round anew."""

    site: Site
    steps: str
    prepare: Callable[[], Iterable[Flow]]


def repeated(site: Site, flows: list[Flow]) -> Load:
    """One page, again and again by the same people."""
    return Load(site, "page", lambda: flows)


@dataclass(frozen=True)
class Round:
    flows: float  # a second
    p95: float  # of a request, in ms
    web: float  # processor time of a flow, in ms
    database: float

    @property
    def effort(self) -> float:
        return self.web + self.database


Found = dict[str, list[Round]]


def run(load: Load, seconds: float) -> Round:
    """One round. A wrong answer, or flows that ran out, end the measurement: such a figure means nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".flows") as flows:
        flows.writelines(flow.line() for flow in load.prepare())
        flows.flush()
        web, database = effort.of_web(load.site.pid), effort.of_database()
        told = _ask(load, flows.name, seconds)
        web, database = effort.of_web(load.site.pid) - web, effort.of_database() - database
    number = max(float(told["total"]), 1)
    return Round(float(told["flows"]), float(told["p95_us"]) / 1000, web / number * 1000, database / number * 1000)


def _ask(load: Load, flows: str, seconds: float) -> dict[str, str]:
    threads = str(CONNECTIONS)
    options = [f"-t{threads}", f"-c{threads}", f"-d{seconds}s", "-s", str(SCRIPT), load.site.address]
    command = ["wrk", *options, "--", load.steps, flows, threads]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = dict(re.findall(r"^(\w+)=(.*)$", done.stdout, re.MULTILINE))
    if told.get("wrong") or "flows" not in told:
        sys.exit(f"{load.steps}: {told.get('wrong') or done.stdout + done.stderr}")
    return told


def in_turn(loads: Mapping[str, Load], *, rounds: int, seconds: float) -> Found:
    """Ask each in turn, so that a machine that drifts slows all of them. The first, short round warms up."""
    for load in loads.values():
        run(load, 1)
    found: Found = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            found[name].append(run(load, seconds))
    return found


def report(found: Found, *, unit: str = "requests/s") -> None:
    """Print a line each: the medians, and their ratios to the first, which is the stick."""
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
    """The median of every figure by itself."""
    return Round(*(statistics.median(getattr(one, field.name) for one in rounds) for field in fields(Round)))
