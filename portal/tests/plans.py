"""How the database answers the queries of a page: what each plan reads and sorts, told by EXPLAIN ANALYZE."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BIG = 10_000  # rows: a table that no page may read through
PAGE, COUNTED = 2_000, 20_000  # rows that a query of a page may touch; that a capped count or a late page may


@dataclass(frozen=True)
class Step:
    """One node of a plan, with the rows that it read in all its loops."""

    kind: str
    table: str
    rows: int

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.rows}".replace("  ", " ")


def queries_of(client: Client, address: str) -> list[str]:
    """The reading queries with which a page is answered."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
        b"".join(response)
    assert response.status_code == 200, f"{address} answered {response.status_code}"
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def faults(queries: list[str], most: int = PAGE) -> list[str]:
    """What reads or sorts more than a page may, each with its query."""
    return [f"{step} in {query}" for query in queries for step in _steps(query) if _is_too_much(step, query, most)]


def _is_too_much(step: Step, query: str, most: int) -> bool:
    return step.rows > (COUNTED if _is_count(query) else most)


def _is_count(query: str) -> bool:
    return "COUNT(*) FROM (SELECT" in query


def _steps(query: str) -> Iterator[Step]:
    """A count that stops may well read the table instead, before a VACUUM, which a test cannot do: so it may not."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan TO {'off' if _is_count(query) else 'on'}")
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query.replace("%", "%%"), [])
        answer = cursor.fetchone()[0]
    plan = json.loads(answer) if isinstance(answer, str) else answer
    yield from _walk(plan[0]["Plan"])


def _walk(node: dict[str, Any]) -> Iterator[Step]:
    loops = node["Actual Loops"]
    seen = node["Actual Rows"] + sum(rows for name, rows in node.items() if name.startswith("Rows Removed by"))
    if "Scan" in node["Node Type"]:
        yield Step(node["Node Type"], node.get("Relation Name", node.get("Index Name", "")), seen * loops)
    for child in node.get("Plans", []):
        if node["Node Type"] in ("Sort", "Incremental Sort"):
            yield Step("Sort", "", child["Actual Rows"] * loops)
        yield from _walk(child)
