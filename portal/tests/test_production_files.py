"""Dockerfile, compose file, Makefile, .env.example and README agree on commands and variables."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.management.commands.serve import commands
from portal.tests import variables
from portal.tests.processes import PRODUCTION, ROOT, run

SECRETS = {
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "CODE_KEY",
    "POSTGRES_PASSWORD",
    "SMS_HTTP_TOKEN",
    "METRICS_TOKEN",
    "EMAIL_URL",
}
OF_ONE_MACHINE = {"DEMO", "VAR_DIR", "WEB_BIND", "WEB_WORKERS", "WEB_THREADS", "STATIC_ROOT", "PORT", "DATABASE_POOLER"}
CONTRACT = (
    "DATABASE_URL REDIS_URL SECRET_KEY CODE_KEY ALLOWED_HOSTS PUBLIC_URL SMS_BACKEND SMS_HTTP_URL SMS_HTTP_TEMPLATE"
    " SMS_HTTP_TOKEN EMAIL_URL DEFAULT_FROM_EMAIL SUPPORT_EMAIL TIME_ZONE TRUSTED_PROXIES METRICS_TOKEN CODE_LIMIT_IP"
    " CODE_LIMIT_INSTALLATION SMS_COUNTRIES DEMO PORT"
)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(_text("docker-compose.yml"))
    return parsed


def _recipe(target: str) -> str:
    """Return the command of a Makefile target, without the path of the virtual environment."""
    found = re.search(rf"^{target}:.*\n\t@exec \$\(BIN\)/(.*)$", _text("Makefile"), re.MULTILINE)
    assert found, target
    return found[1]


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrate"])
def test_a_service_runs_the_command_of_its_make_target(service: str) -> None:
    assert _compose()["services"][service]["command"] == _recipe(service)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_make_run_starts_the_same_commands(name: str) -> None:
    started = " ".join(commands("redis://redis/0")[name]).removeprefix("-m ")
    assert started == _recipe(name)


def test_make_run_starts_the_clock_of_its_make_target() -> None:
    assert "python " + " ".join(commands("")["clock"]) == _recipe("clock")


def test_every_long_running_service_has_a_health_check_and_comes_back() -> None:
    services = _compose()["services"]
    assert set(services) == {"web", "worker", "beat", "migrate", "db", "redis"}
    for name in set(services) - {"migrate"}:
        assert services[name]["healthcheck"]["test"]
        assert services[name]["restart"] == "unless-stopped"


def test_services_start_after_the_migration() -> None:
    services = _compose()["services"]
    assert services["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_persistent_data_is_on_a_volume() -> None:
    services = _compose()["services"]
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert mounted == set(_compose()["volumes"]) == {"portal", "postgres", "redis"}


def test_the_compose_file_holds_no_secret() -> None:
    for service in _compose()["services"].values():
        for name in SECRETS & set(service.get("environment", {})):
            assert re.fullmatch(r"\$\{\w+(:\?[^}]+|:-)\}", service["environment"][name]), name
    assert "portal:${POSTGRES_PASSWORD" in _compose()["services"]["web"]["environment"]["DATABASE_URL"]


def test_the_compose_file_hands_over_every_variable() -> None:
    handed = set(_compose()["services"]["web"]["environment"])
    assert handed == variables.names() - OF_ONE_MACHINE


def test_the_variables_of_the_contract_are_read() -> None:
    assert set(CONTRACT.split()) <= variables.names()


def test_the_readme_has_a_row_for_every_variable() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)`", _text("README.md"), re.MULTILINE))
    assert rows == variables.names()


def test_the_example_names_known_variables_and_holds_no_secret() -> None:
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", _text(".env.example"), re.MULTILINE))
    assert set(named) <= variables.names() | {"POSTGRES_PASSWORD"}
    assert all(named[name] == "" for name in SECRETS - {"EMAIL_URL"})


def test_the_image_runs_as_nobody_special_in_two_stages() -> None:
    stages = re.findall(r"^FROM .*$", _text("Dockerfile"), re.MULTILINE)
    assert len(stages) == 2
    assert "\nUSER portal\n" in _text("Dockerfile").rsplit("\nFROM ", 1)[1]


def test_the_static_files_can_be_collected_as_the_image_does(tmp_path: Path) -> None:
    values = {**PRODUCTION, "STATIC_ROOT": str(tmp_path / "static")}
    finished = run(["manage.py", "collectstatic", "--no-input", "--verbosity", "0"], values, tmp_path)
    assert finished.returncode == 0, finished.stderr
    stored = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    page = (tmp_path / "static" / stored["css/app.css"]).read_text(encoding="utf-8")
    assert page.startswith("@layer reset, ")
    assert "@import" not in page


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_registry(name: str) -> None:
    text = _text(name)
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "--hash=sha256:" in text
    assert "http" not in text
    assert "index" not in text


def test_make_alone_lists_every_command() -> None:
    listed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    asked = "run test check format lint types migrations-check lock messages demo-reset bench"
    for target in asked.split():
        assert f"make {target} " in listed


def _stand_in(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ('[ "$1" = --version ] && echo Python 3.9.2; exit 1', "is Python 3.9.2"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "python3-venv"),
    ],
)
def test_make_reports_what_is_missing(script: str, word: str, tmp_path: Path) -> None:
    python = _stand_in(tmp_path / "python", script)
    finished = subprocess.run(
        ["make", "-C", str(ROOT), "python-check", f"PYTHON={python}"], capture_output=True, text=True, check=False
    )
    assert finished.returncode != 0
    assert word in finished.stderr


def test_make_reports_missing_python() -> None:
    finished = subprocess.run(
        ["make", "-C", str(ROOT), "python-check", "PYTHON=no-such-python"], capture_output=True, text=True, check=False
    )
    assert "Python 3.11 or newer is needed" in finished.stderr
