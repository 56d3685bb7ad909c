"""Static check that all texts in templates, Python and scripts go through gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from portal.tests.gallery.reading import plain_words, texts_of

ROOT: Path = settings.BASE_DIR
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
TRANSLATED = re.compile(
    r"{%\s*blocktranslate\b.*?endblocktranslate\s*%}|{%\s*comment\b.*?endcomment\s*%}"
    r"|{%\s*block bodyclass\b.*?endblock\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
# Arguments and calls whose text users read.
READ_KEYWORDS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "description",
    "explanation",
    "title",
    "hint",
    "partner_hint",
    "passed",
}
READ_CALLS = {"ValidationError", "Answer", "Finding", "Step", "State", "Group", "Place", "done", "refused"}
MODULES = sorted(
    path
    for app in ("accounts", "partners", "portal")
    for path in (ROOT / app).rglob("*.py")
    if not {"tests", "migrations", "management"} & set(path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_has_a_text_of_its_own(path: Path) -> None:
    text = TRANSLATED.sub("", path.read_text(encoding="utf-8"))
    texts = texts_of(text) if path.suffix == ".html" else text.splitlines()
    assert list(plain_words(texts, {"@"})) == []


def test_no_argument_that_people_read_is_a_plain_string() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in MODULES for line in _plain_arguments(path)]
    assert found == []


def _plain_arguments(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        read = [keyword.value for keyword in node.keywords if keyword.arg in READ_KEYWORDS]
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        is_message = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages"
        if name in READ_CALLS or is_message or name == "add_error":
            read += node.args
        yield from (value.lineno for value in read if _is_sentence(value))


def _is_sentence(value: ast.expr) -> bool:
    """True for a text with spaces. A word without spaces is taken for an identifier."""
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and " " in text.strip()


def test_scripts_contain_no_user_visible_text() -> None:
    """Scripts get their texts from data attributes of the page."""
    literal = re.compile(r"(?:textContent|innerText|innerHTML|title|ariaLabel)\s*=\s*[\"'`]\w|alert\(|confirm\(")
    scripts = sorted((ROOT / "static/js").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if literal.search(path.read_text(encoding="utf-8"))] == []
