"""The logs are JSON with the request ID, and contain no codes, numbers, tokens or keys."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from portal import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Capture the output of the portal's formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=logs.SHARED, processors=logs.LAST),
    )
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_http_request_has_one_log_line_with_its_id_and_ip(written: io.StringIO, db: None) -> None:
    Client().get("/accounts/login/")
    (line,) = _lines(written)
    assert line["request"] == "GET /accounts/login/"
    assert line["code"] == 200
    assert line["ip"] == "127.0.0.1"
    assert len(line["request_id"]) == 36


def test_successful_health_checks_are_not_logged(written: io.StringIO) -> None:
    Client().get("/healthz")
    assert _lines(written) == []


def test_logged_url_contains_neither_query_nor_token(written: io.StringIO, db: None) -> None:
    Client().get("/accounts/set-password/MQ/abc123-secret/")
    Client().get("/accounts/login/?next=/secret")
    assert "secret" not in written.getvalue()


@pytest.mark.parametrize(
    "text", ["the code 482913 came", "482 913", "#482913", "code=482913", "to +447700900418", "to +44 7700 900 418"]
)
def test_text_that_looks_like_a_code_or_number_is_masked(text: str, written: io.StringIO) -> None:
    structlog.get_logger("test").warning("careless", detail=text, nested={"list": [text]})
    assert not any(digits in written.getvalue() for digits in ("482913", "482 913", "900418", "900 418"))


def test_log_lines_and_tracebacks_of_libraries_are_masked(written: io.StringIO) -> None:
    try:
        raise ValueError("482913")
    except ValueError:
        logging.getLogger("library").exception("sent to %s", "+447700900418")
    (line,) = _lines(written)
    assert "482913" not in written.getvalue()
    assert "900418" not in written.getvalue()
    assert "ValueError" in line["exception"]


def test_ids_and_times_are_not_taken_for_codes(written: io.StringIO) -> None:
    structlog.get_logger("test").warning("x", request_id="482913aa-1", reference="D-12345ABC", seconds="0.482913")
    (line,) = _lines(written)
    assert line["request_id"] == "482913aa-1"
    assert line["reference"] == "D-12345ABC"


def test_unknown_log_level_becomes_info() -> None:
    assert logs.configuration("LOUD")["root"]["level"] == "INFO"


def test_the_settings_use_this_configuration() -> None:
    assert settings.LOGGING_CONFIG == "portal.logs.configure"


def test_line_break_cannot_forge_a_log_line(written: io.StringIO, db: None) -> None:
    Client().get("/nowhere%0A%7B%22event%22:%22signed-in%22%7D/")
    structlog.get_logger("test").warning("x", detail='\r\n{"event": "signed-in"}\x1b[2K')
    raw = [line for line in written.getvalue().split("\n") if line]
    assert [json.loads(line)["event"] for line in raw] == ["request_finished", "x"]
    assert "\r" not in written.getvalue()
    assert "\x1b" not in written.getvalue()
