"""Reads the environment for settings.py and refuses what production must not run with."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def secret(env: environ.Env, name: str) -> str:
    """Return the secret `name` (or the content of the file `name`_FILE)."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing.")
    return value


def database(env: environ.Env, var: Path) -> dict[str, Any]:
    """Return Django's database settings: DATABASE_URL, or a SQLite file under `var`."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{var / 'portal.sqlite3'}")
    if "sqlite3" in config["ENGINE"]:
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return config
