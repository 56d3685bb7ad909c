"""Check docs/security.md against the code: every requirement has a row, and all named tests and settings exist.

The document names tests, settings and identifiers, never the path of a module, so that moving a module breaks nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from portal.tests import variables
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
NAMED = sorted(set(QUOTED.findall(DOCUMENT)))
TEST = re.compile(r"\btest_\w+")
SETTING = re.compile(r"[A-Z][A-Z0-9_]{3,}\Z")
FILE = re.compile(r"[\w./-]+\.(?:py|js|html|toml|txt|yml|md)\Z|Dockerfile\Z|Makefile\Z|\.dockerignore\Z")
CODE = re.compile(r"[A-Za-z_][\w.]*(?:\(\w*\))?\Z")
# With a slash or with dots, with or without `.py`; an address such as /accounts/login/ begins with a slash.
MODULE = re.compile(r"(?<![\w./])(?:accounts|partners|portal|bench)(?:/|\.\w)[\w./]*|[\w./-]+\.py\b")

APPS = ("accounts", "partners", "portal")
MODULES = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
TEST_MODULES = [path for path in MODULES if path.stem.startswith("test_")]


def _text(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


TESTS = {path.stem for path in TEST_MODULES} | set(
    re.findall(r"^ *def (test_\w+)\(", _text(TEST_MODULES), re.MULTILINE)
)
SETTINGS = set(re.findall(r"\b[A-Z][A-Z0-9_]+(?= = )", _text([ROOT / "portal" / "settings.py"]))) | variables.names()
SOURCE = _text([*(path for path in MODULES if "tests" not in path.parts), ROOT / "deploy" / "roles.sql"])


def _names(kind: re.Pattern[str], *others: re.Pattern[str]) -> list[str]:
    """Return the quoted names that match `kind` and none of the others."""
    return [text for text in NAMED if kind.match(text) and not any(other.match(text) for other in others)]


def test_every_requirement_has_one_row() -> None:
    expected = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, many in sections.items()
        for number in range(1, many + 1)
    ]
    assert [number for numbers, _state, _proof in ROWS for number in numbers] == expected


def test_the_figures_at_the_top_are_right() -> None:
    counts = Counter(dict.fromkeys(STATES, 0))
    for numbers, state, _proof in ROWS:
        counts[state] += len(numbers)
    figures = ", ".join(f"{counts[state]} {state}" for state in STATES)
    assert f"**{counts.total()} requirements of levels 1 and 2 in V1 to V16: {figures}.**" in DOCUMENT


def test_a_row_says_what_its_state_asks() -> None:
    assert [numbers for numbers, state, proof in ROWS if not _is_whole(state, proof)] == []


def _is_whole(state: str, proof: str) -> bool:
    """What is missing is said of what is not held, and what is held names a test or a setting."""
    names_one = "above, *" in proof or any(TEST.match(text) or SETTING.match(text) for text in QUOTED.findall(proof))
    is_missing = state in ("in part", "not met")
    return state in STATES and ("missing:" in proof) == is_missing and (names_one or state != "held")


def test_no_path_of_a_module_is_named() -> None:
    """Except the files at the root, which do not move."""
    found = MODULE.findall(DOCUMENT)
    assert [path for path in found if "/" in path or not (ROOT / path).is_file()] == []


def test_every_test_that_is_named_exists() -> None:
    assert set(TEST.findall(DOCUMENT)) - TESTS == set()


def test_every_setting_that_is_named_exists() -> None:
    assert {name.removesuffix("_FILE") for name in _names(SETTING)} - SETTINGS == set()


def test_every_file_that_is_named_exists() -> None:
    assert [name for name in _names(FILE) if not (ROOT / name).is_file()] == []


def test_every_identifier_that_is_named_is_in_the_source() -> None:
    named = _names(CODE, TEST, SETTING, FILE)
    assert [name for name in named if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", SOURCE)] == []


def test_every_part_that_is_named_exists() -> None:
    named = "".join(re.findall(r"above, ((?:\*[^*]+\*(?:, | and )?)+)", DOCUMENT))
    headings = set(re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE))
    assert set(re.findall(r"\*([^*]+)\*", named)) - headings == set()
