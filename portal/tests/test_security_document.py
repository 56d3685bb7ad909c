"""docs/security.md cannot rot: every requirement has its row, and what a row names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from portal.tests.processes import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# OWASP ASVS 5.0.0: how many requirements of level 1 and 2 each section of V1 to V16 has. They are its first ones.
SECTIONS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
}
STATES = ("held", "in part", "not met", "operator", "n/a")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = [(row[1].split(", "), row[3], row[4]) for row in ROW.finditer(DOCUMENT)]
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(
    r"(?P<path>\.?[\w-]+(?:/[\w.-]+)*(?:/|\.(?:py|js|html|toml|txt|yml|md)|file|ignore))(?:::(?P<test>\w+))?\Z"
)
SETTING = re.compile(r"[A-Z][A-Z_]{5,}\Z")
NAMED = sorted(set(QUOTED.findall(DOCUMENT)))


def _file_named(text: str) -> re.Match[str] | None:
    return FILE.match(text)


def _is_there(path: Path, test: str | None) -> bool:
    return path.exists() and (test is None or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_every_requirement_has_one_row() -> None:
    expected = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, many in sections.items()
        for number in range(1, many + 1)
    ]
    assert [number for numbers, _state, _by in ROWS for number in numbers] == expected


def test_the_figures_at_the_top_are_right() -> None:
    counts = Counter(dict.fromkeys(STATES, 0))
    for numbers, state, _by in ROWS:
        counts[state] += len(numbers)
    figures = ", ".join(f"{counts[state]} {state}" for state in STATES)
    assert f"**{counts.total()} requirements of levels 1 and 2 in V1 to V16: {figures}.**" in DOCUMENT


@pytest.mark.parametrize(
    ("numbers", "state", "by"), ROWS, ids=lambda value: value[0] if isinstance(value, list) else ""
)
def test_a_row_says_what_its_state_asks(numbers: list[str], state: str, by: str) -> None:
    assert state in STATES
    assert ("missing:" in by) == (state in ("in part", "not met"))
    if state == "held":
        assert "above, *" in by or any(_file_named(text) or SETTING.match(text) for text in QUOTED.findall(by))


@pytest.mark.parametrize("text", [text for text in NAMED if _file_named(text)])
def test_a_file_that_is_named_exists_and_has_the_test(text: str) -> None:
    named = _file_named(text)
    assert named
    assert _is_there(ROOT / named["path"], named["test"])


@pytest.mark.parametrize("text", [text for text in NAMED if SETTING.match(text)])
def test_a_setting_that_is_named_is_one(text: str) -> None:
    known = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    assert re.search(rf"\b{text.removesuffix('_FILE')}\b", known)


@pytest.mark.parametrize("part", re.findall(r"above, ((?:\*[^*]+\*(?:, | and )?)+)", DOCUMENT))
def test_a_part_that_is_named_is_there(part: str) -> None:
    for name in re.findall(r"\*([^*]+)\*", part):
        assert re.search(rf"^## {re.escape(name)}", DOCUMENT, re.MULTILINE)
