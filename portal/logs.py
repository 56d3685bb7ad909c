"""Logging: structlog, one JSON object per line on stderr, with the request ID and without secrets.

Log calls must not pass codes, phone numbers or keys. As a safeguard, a processor masks everything that looks like one.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog import signals

DEBUG, INFO = logging.DEBUG, logging.INFO
Event = MutableMapping[str, Any]

CODE = re.compile(r"(?<![\w.:-])\d{3}[ -]?\d{3}(?![\w:-])")
NUMBER = re.compile(r"\+\d[\d ()-]{5,18}\d")
# URLs of password resets and invitations contain a token. Query strings may contain anything.
TOKEN = re.compile(r"(/(?:set-password|password-reset|invitations?)/)\S+")
PROBES = {"GET /healthz", "GET /readyz", "GET /metrics"}
QUERY = re.compile(r"\?\S*")


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Mask codes and phone numbers in every text of the event, and tokens and query strings of the request's URL."""
    if "request" in event:
        event["request"] = TOKEN.sub(r"\1...", QUERY.sub("", str(event["request"])))
    for key, value in event.items():
        if key not in {"request_id", "timestamp"}:
            event[key] = _masked(value)
    return event


def without_probes(_logger: Any, _method: str, event: Event) -> Event:
    """Drop successful requests of health checks and metrics, which arrive every few seconds."""
    if event.get("code") == 200 and QUERY.sub("", str(event.get("request", ""))) in PROBES:
        raise structlog.DropEvent
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return NUMBER.sub("+...", CODE.sub("......", value))
    if isinstance(value, Mapping):
        return {key: _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return value


# Processors for structlog and for the loggers of libraries.
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
]
LAST: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
    without_secrets,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
]


def configuration(level: str) -> dict[str, Any]:
    """Return the LOGGING setting. An unknown level becomes INFO."""
    known = level if level in logging.getLevelNamesMapping() else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": LAST,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": known},
        "loggers": {
            "django.request": {"level": "CRITICAL"},  # RequestMiddleware writes the one line of every answer
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Configure the standard library's logging and structlog (LOGGING_CONFIG)."""
    logging.config.dictConfig(config)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            without_probes,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use="pytest" not in sys.modules,
    )
    signals.bind_extra_request_metadata.connect(bind_address, dispatch_uid="portal.logs.address")
    signals.bind_extra_request_failed_metadata.connect(name_outage, dispatch_uid="portal.logs.outage")
    signals.bind_extra_request_finished_metadata.connect(bind_user, dispatch_uid="portal.logs.user")


def bind_address(request: HttpRequest, **_kwargs: Any) -> None:
    from accounts.client_ip import client_ip

    structlog.contextvars.bind_contextvars(ip=client_ip(request))


def bind_user(request: HttpRequest, **_kwargs: Any) -> None:
    """Bind the user ID if the request has accessed the session, so that logging causes no query."""
    session = getattr(request, "session", None)
    if session is not None and session.accessed and request.user.is_authenticated:
        structlog.contextvars.bind_contextvars(user_id=request.user.pk)


def name_outage(exception: Exception, log_kwargs: dict[str, Any], **_kwargs: Any) -> None:
    """Log the status of the answer, and the kind of outage for alerts."""
    from accounts.outages import is_outage

    if is_outage(exception):
        log_kwargs |= {"code": 503, "outage": type(exception.__cause__ or exception).__name__}
