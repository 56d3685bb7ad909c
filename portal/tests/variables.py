"""The names of all environment variables that the settings read, from their source code."""

import re
from pathlib import Path

PORTAL = Path(__file__).resolve().parent.parent
READS = re.compile(r'(?:env|self)\.(?:text|flag|number|words|pairs|directory)\(\s*"([A-Z_]+)"')


def names() -> set[str]:
    sources = [(PORTAL / name).read_text(encoding="utf-8") for name in ("settings.py", "environment.py", "database.py")]
    return set(READS.findall("".join(sources)))
