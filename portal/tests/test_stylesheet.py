"""The stylesheet of a page is one file, with the layers in their order, in DEMO and after collectstatic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from portal import stylesheet

CSS = settings.BASE_DIR / "static" / "css"


@pytest.mark.django_db
def test_a_page_loads_one_stylesheet_without_imports(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert re.findall(r'<link rel="stylesheet" href="([^"?]+)', page) == ["/static/css/app.css"]
    assert "@import" not in stylesheet.bundled(CSS)


def test_the_web_process_serves_the_bundle(client: Client) -> None:
    response = client.get("/static/css/app.css")
    text = b"".join(response).decode()
    assert text == stylesheet.bundled(CSS)


def test_the_order_of_the_layers_comes_first() -> None:
    assert stylesheet.bundled(CSS).startswith("@layer reset, base, layout, components, utilities;\n")


def test_every_file_below_components_is_in_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    for name in ("tokens", "reset", "base", "layout", "utilities", "components/b", "components/a"):
        (tmp_path / f"{name}.css").write_text(f"/* why\n {name} */\n.{name[-1]} {{}}\n")
    assert stylesheet.bundled(tmp_path) == (
        "@layer reset, base, layout, components, utilities;\n.s {}\n@layer reset {\n.t {}\n}\n@layer base {\n.e {}\n}\n"
        "@layer layout {\n.t {}\n}\n@layer components {\n.a {}\n.b {}\n}\n@layer utilities {\n.s {}\n}\n"
    )


def test_the_bundle_replaces_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "css" / "app.css"
    for _start in range(2):
        stylesheet.write(target)
        target.write_text(target.read_text() + "\n")
    stylesheet.write(target)
    assert target.read_text() == stylesheet.bundled(CSS)
    assert [path.name for path in target.parent.iterdir()] == ["app.css"]


def test_only_the_bundle_is_in_its_finder() -> None:
    finder = finders.get_finder("portal.stylesheet.StylesheetFinder")
    assert [path for path, _storage in finder.list(None)] == ["css/app.css"]
    assert not finder.find("css/tokens.css")
