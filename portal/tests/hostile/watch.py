"""What must hold for the answer to anything: no 5xx, a page that says what to do, no write of what was refused."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

from accounts.models import OperationLogEntry, Result
from portal.tests.hostile.values import MARK

WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
# What a refused try may leave behind: the session, the counters of the login and of the code, its entry in the log.
OF_TRIES = {
    "django_session",
    "axes_accessattempt",
    "accounts_challenge",
    "accounts_smsdevice",
    "accounts_operationlogentry",
    "accounts_chainhead",
}
ROLLED_BACK = {"accounts_heartbeat"}  # the trial write of /readyz
SAYS_WHAT_TO_DO = ("errors/page.html", 'role="alert"', "errornote", "data-answer=", "partners/too_late.html")


@dataclass
class Watched:
    """What happened beside the answer while one request was served."""

    tables: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    entries_before: int = 0

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITE.match(sql)
        if found and found[1] not in ROLLED_BACK:
            self.tables.add(found[1])
        return execute(sql, params, many, context)


class _Errors(logging.Handler):
    def __init__(self, watched: Watched) -> None:
        super().__init__(logging.ERROR)
        self.watched = watched

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("django.security."):
            return  # Django's note of a request that it refused
        self.watched.errors.append(str(record.msg)[:300])


@contextmanager
def watching() -> Iterator[Watched]:
    watched = Watched(entries_before=_newest_entry())
    handler = _Errors(watched)
    logging.getLogger().addHandler(handler)
    try:
        with connection.execute_wrapper(watched.note):
            yield watched
    finally:
        logging.getLogger().removeHandler(handler)


def faults_of(response: Any, watched: Watched, *, is_read: bool) -> list[str]:
    """Return what is wrong with an answer, in words; `is_read`: the request was a GET."""
    found = [f"logged {error!r}" for error in watched.errors]
    status = response.status_code
    if status >= 500:
        return [f"{status} {_raised(response)}"]
    if not response.streaming and MARK.encode() in response.content:
        found.append("echoes markup unescaped")
    if status >= 400:
        found += _faults_of_page(response)
    if is_read or status >= 400:
        found += _faults_of_writes(watched)
    return found


def _faults_of_page(response: Any) -> list[str]:
    text = response.content.decode() if "html" in response.get("Content-Type", "") else ""
    templates = " ".join(str(template.name) for template in getattr(response, "templates", None) or [])
    found = [] if "<h1" in text else [f"{response.status_code} without a heading"]
    if not any(sign in text or sign in templates for sign in SAYS_WHAT_TO_DO):
        found.append(f"{response.status_code} that does not say what to do")
    return found


def _faults_of_writes(watched: Watched) -> list[str]:
    found = [f"wrote to {table}" for table in sorted(watched.tables - OF_TRIES)]
    if "accounts_operationlogentry" in watched.tables:
        written = OperationLogEntry.objects.filter(pk__gt=watched.entries_before).exclude(result=Result.REFUSED)
        found += [
            f"logged {entry.operation} as {entry.result}" for entry in written if entry.operation != "code-locked"
        ]
    return found


def _newest_entry() -> int:
    return OperationLogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _raised(response: Any) -> str:
    kind, error, trace = getattr(response, "exc_info", None) or (None, None, None)
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f"{trace.tb_frame.f_code.co_filename.rpartition('site-packages/')[2]}:{trace.tb_lineno}" if trace else ""
    return f"{kind.__name__ if kind else ''} {str(error)[:160]} {at}"


def books() -> dict[str, str]:
    """A checksum of every table of the product and of the groups: what no refusal changes."""
    models = [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("partners").get_models()]
    return {model._meta.label: _checksum(model) for model in [*models, *apps.get_app_config("auth").get_models()]}


def _checksum(model: Any) -> str:
    """Of every column but the time of the last sign-in."""
    columns = [column.attname for column in model._meta.concrete_fields if column.name != "last_login"]
    rows = model._default_manager.order_by("pk").values_list(*columns)
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
