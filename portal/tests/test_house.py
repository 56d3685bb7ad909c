"""Style rules that no linter checks: size limits, names, and no TODO."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from portal.tests.processes import ROOT

FILE, FUNCTION, BLOCK = 250, 40, 80  # lines
SAY_NOTHING = {"utils", "helpers", "common", "misc", "base", "services", "managers"}
LATER = re.compile(r"\b(TODO|FIXME|XXX)\b")
INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:")
# A stylesheet speaks of start and end, so that it is right in Arabic, too, and the layers alone decide who wins.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:width|height|top|right|bottom|left"
    r"|(?:min|max)-(?:width|height)|(?:margin|padding|border)-(?:top|right|bottom|left))(?:-\w+)?\s*:"
)
FORBIDDEN = re.compile(r"!important|^[^{}/]*#[a-z][\w-]*[^{};]*\{|text-align:\s*(?:left|right)", re.MULTILINE)
SCRIPTS = 10_000  # bytes


def _files(suffix: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", f"*{suffix}"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def _is_measured(path: Path) -> bool:
    return "tests" not in path.parts and "migrations" not in path.parts and path.name != "conftest.py"


CODE = [path for path in _files(".py") if _is_measured(path)]
STYLES = [path for path in _files(".css") if path.name != "admin.css"]  # Django's admin has IDs of its own
TEMPLATES = [path for path in _files(".html") if "templates" in path.parts]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_a_module_is_short_well_named_and_finished(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= FILE
    assert path.stem not in SAY_NOTHING
    assert not LATER.search(text)
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_page_has_no_inline_style_or_script(path: Path) -> None:
    if "notifications" in path.parts:
        pytest.skip("e-mail programs know no stylesheet")
    assert not INLINE.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_a_stylesheet_is_short_logical_and_overrides_nothing_by_force(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= BLOCK
    assert not PHYSICAL.search(text)
    assert not FORBIDDEN.search(text)


def test_the_scripts_of_all_pages_are_small() -> None:
    assert sum(path.stat().st_size for path in _files(".js") if "static" in path.parts) < SCRIPTS
