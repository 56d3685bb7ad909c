"""The static files finder of `css/app.css`, the one stylesheet of a page: a bundle of the files below `static/css/`.

The cascade layers and their order are in `layers`. `collectstatic` stores the bundle and hashes its name; in DEMO the
web process builds it when it starts, so that there is no build step. Used by the settings alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core.files.storage import FileSystemStorage

BUNDLE = "css/app.css"
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class StylesheetFinder(BaseStorageFinder):
    """Writes the bundle when it is asked for, not when it is made: every command makes the finders to check them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        folder = settings.VAR_DIR / "bundle"
        self.bundle = folder / BUNDLE
        super().__init__(FileSystemStorage(folder), *args, **kwargs)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        write(self.bundle)
        return super().list(ignore_patterns)

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        if path == BUNDLE:
            write(self.bundle)
        return super().find(path, *args, **kwargs)


def write(target: Path) -> None:
    """Write the bundle and replace the file at once, because another process may be reading it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as new:
        new.write(bundled(settings.BASE_DIR / "static" / "css"))
    Path(new.name).chmod(0o644)
    os.replace(new.name, target)


def bundled(sources: Path) -> str:
    """Return the text of the bundle: the order of the layers, the tokens, then each layer with its files."""
    parts = layers(sources)
    blocks = [f"@layer {name} {{\n{_text(files)}}}\n" for name, files in parts.items()]
    return "".join([f"@layer {', '.join(parts)};\n", _text([sources / "tokens.css"]), *blocks])


def layers(sources: Path) -> dict[str, list[Path]]:
    return {
        "reset": [sources / "reset.css"],
        "base": [sources / "base.css"],
        "layout": [sources / "layout.css"],
        "components": sorted((sources / "components").glob("*.css")),
        "utilities": [sources / "utilities.css"],
    }


def _text(files: Iterable[Path]) -> str:
    return "".join(COMMENT.sub("", file.read_text(encoding="utf-8")) for file in files)
