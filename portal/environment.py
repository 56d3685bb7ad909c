"""Read and validate environment variables for settings.py, and report all problems together.

A variable NAME can also be read from the file that NAME_FILE names, which takes precedence. Only settings.py and the
entry points import this.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from accounts.addresses import ascii_domain

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
# The supported databases.
DATABASES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")


class Refused(ImproperlyConfigured):
    """The portal does not start. The message lists all problems."""


class Environment:
    """Reads typed values. An invalid value is recorded as a problem and replaced by the default."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self.source = os.environ if source is None else source
        self.problems: list[str] = []

    def refuse(self, name: str, why: str) -> None:
        self.problems.append(f"{name} {why}")

    def finish(self) -> None:
        """Raise Refused with all recorded problems. The message never contains values, which may be secrets."""
        if self.problems:
            listed = "\n".join(f"  - {problem}" for problem in self.problems)
            raise Refused(f"The portal does not start. Fix these variables (README.md describes each):\n{listed}")

    def text(self, name: str, default: str = "") -> str:
        value = self._from_file(name) if self.source.get(f"{name}_FILE") else self.source.get(name, "").strip()
        return value or default

    def _from_file(self, name: str) -> str:
        try:
            return Path(self.source[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.refuse(
                f"{name}_FILE",
                f"names a file that we cannot read ({type(error).__name__}): write the path of a readable text file.",
            )
            return ""

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in YES | NO:
            self.refuse(name, "is not a switch: write 1 or 0.")
        return value in YES

    def number(self, name: str, default: int, *, lowest: int = 0, highest: int = 1_000_000_000) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
            self.refuse(name, f"is not such a number: write a whole number from {lowest} to {highest}.")
            return default
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        """Return the parts of a comma-separated list."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """Parse `Name=address,Name=address` into a dictionary."""
        return dict(word.split("=", 1) for word in self.words(name) if "=" in word)

    def directory(self, name: str, default: Path) -> Path:
        """Return the directory, and make it for this user alone if it does not exist."""
        path = Path(self.text(name, str(default)))
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            self.refuse(name, f"names a directory that cannot be made ({type(error).__name__}).")
        return path

    def database(self, default: str) -> dict[str, Any]:
        """Return DATABASE_URL as an entry of Django's DATABASES."""
        try:
            config: dict[str, Any] = environ.Env.db_url_config(self.text("DATABASE_URL", default))
        except (ImproperlyConfigured, ValueError, KeyError):
            config = {}
        if config.get("ENGINE") not in DATABASES:
            self.refuse(
                "DATABASE_URL", "is not a supported database: write a URL that begins with postgres:// or sqlite:///."
            )
            return {"ENGINE": DATABASES[0], "NAME": ":memory:"}
        return config

    def email(self, default_backend: str) -> dict[str, Any]:
        """Return EMAIL_URL as Django's EMAIL_* settings."""
        url = self.text("EMAIL_URL")
        if not url:
            return {"EMAIL_BACKEND": default_backend}
        try:
            config: dict[str, Any] = environ.Env.email_url_config(url)
        except (ImproperlyConfigured, ValueError, KeyError):
            config = {}
        if not config or (config["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not config["EMAIL_HOST"]):
            self.refuse("EMAIL_URL", "is not an e-mail server: write one such as smtp+tls://user:password@host:587.")
        return {"EMAIL_BACKEND": default_backend, **config, "EMAIL_PORT": config.get("EMAIL_PORT") or 25}


def host_of(url: str) -> str:
    """Return the host of a URL, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Return what a browser sends as the Origin of a page below `url`, or "" if the URL has no host."""
    try:
        parts = urlsplit(url)
        host, port = ascii_domain(parts.hostname or ""), parts.port
    except ValueError:  # idna.IDNAError is one, too
        return ""
    if not host or "*" in host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    is_default = port in (None, {"http": 80, "https": 443}.get(parts.scheme))
    return f"{parts.scheme}://{shown}" if is_default else f"{parts.scheme}://{shown}:{port}"
