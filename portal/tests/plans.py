"""Query plans of a page, by EXPLAIN ANALYZE: how many rows each step reads and sorts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BIG = 10_000  # rows: a table that no page may scan
PAGE, COUNTED = 2_000, 20_000  # rows that a query of a page may touch; and a capped COUNT or a late page
COUNTING = (("seqscan",), ("seqscan", "bitmapscan"))


@dataclass(frozen=True)
class Step:
    """A node of a plan, with the rows that it read in all loops."""

    kind: str
    table: str
    rows: int

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.rows}".replace("  ", " ")


def queries_of(client: Client, address: str) -> list[str]:
    """Return the SELECT queries of a page."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
        b"".join(response)
    assert response.status_code == 200, f"{address} answered {response.status_code}"
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def faults(queries: list[str], most: int = PAGE) -> list[str]:
    """Return the steps that read or sort too many rows, with their queries."""
    return [f"{step} in {query}" for query in queries for step in _too_much(query, most)]


def _too_much(query: str, most: int) -> list[Step]:
    """Return the faulty steps of the query, or none if one of the plans is good.

    For a capped COUNT two plans are tried: before a VACUUM, which a test cannot run, a full scan looks cheaper.
    """
    if "COUNT(*) FROM (SELECT" not in query:
        return [step for step in _steps(query) if step.rows > most]
    ways = [[step for step in _steps(query, *off) if step.rows > COUNTED] for off in COUNTING]
    return min(ways, key=len)


def _steps(query: str, *off: str) -> list[Step]:
    """Return the steps of the plan with the planner options in `off` disabled."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} TO {'off' if way in off else 'on'}")
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query.replace("%", "%%"), [])
        answer = cursor.fetchone()[0]
    plan = json.loads(answer) if isinstance(answer, str) else answer
    return list(_walk(plan[0]["Plan"]))


def _walk(node: dict[str, Any]) -> Iterator[Step]:
    loops = node["Actual Loops"]
    seen = node["Actual Rows"] + sum(rows for name, rows in node.items() if name.startswith("Rows Removed by"))
    if "Scan" in node["Node Type"]:
        yield Step(node["Node Type"], node.get("Relation Name", node.get("Index Name", "")), seen * loops)
    for child in node.get("Plans", []):
        if node["Node Type"] in ("Sort", "Incremental Sort"):
            yield Step("Sort", "", child["Actual Rows"] * loops)
        yield from _walk(child)
