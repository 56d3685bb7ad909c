"""Run the portal's processes with a chosen environment."""

from __future__ import annotations

import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.tests import variables

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "kP2-r8vW_xQ5tZ7nB4mJ9hL3cF6dS1gA0yU-eIoRpTkVbNwXzqHj"
CODE = "Zt5-q2LwN8_bV7xC4mK9jH3gF6dS1aP0oIuYtRe-WqMnBvCxZlKj"
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "CODE_KEY": CODE,
    "ALLOWED_HOSTS": "portal.vendor.example",
    "PUBLIC_URL": "https://portal.vendor.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.vendor.example:587",
    "SMS_BACKEND": "accounts.sms.http.HttpBackend",
    "SMS_HTTP_URL": "https://sms.vendor.example/send",
}
DEMO = {"DEMO": "1"}


def environment(values: Mapping[str, str], var: Path) -> dict[str, str]:
    """Return this process's environment with only `values` as variables of the portal."""
    of_tests = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PORTAL_PROCESS"}
    dropped = variables.names() | {f"{name}_FILE" for name in variables.names()} | of_tests
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "VAR_DIR": str(var), **values}


def settings_under(values: Mapping[str, str], var: Path) -> dict[str, Any]:
    """Load the settings file again in this process, with only `values` as variables of the portal."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment(values, var))
    try:
        return runpy.run_path(str(ROOT / "portal" / "settings.py"))
    finally:
        os.environ.clear()
        os.environ.update(before)


def run(command: list[str], values: Mapping[str, str], var: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(values, var),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
