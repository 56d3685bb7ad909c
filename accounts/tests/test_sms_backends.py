"""The SMS backends: file, memory, and HTTP with slow, failing and misbehaving providers."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.sms import Rejected, SmsBackend, Unavailable, get_backend, memory
from accounts.sms.contract import SEND_WITHIN
from accounts.sms.http import HttpBackend, checked_url, fill, parsed_template
from accounts.sms.post import DEFAULT_TIMEOUTS, Reply, Timeouts, Unreachable, post

TO = "+14155550418"
TEMPLATE = '{"recipient": {"number": "{to}"}, "parts": ["{body}"], "ref": "{key}", "priority": 1}'


# File


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    settings.SMS_BACKEND = "accounts.sms.file.FileBackend"
    settings.SMS_FILE = tmp_path / "sub" / "messages.jsonl"
    path: Path = settings.SMS_FILE
    return path


def test_a_message_is_one_line_of_json(file: Path) -> None:
    assert get_backend().send(TO, 'Zwei\nZeilen, "482916"', "k") == ""
    (line,) = file.read_text().splitlines()
    message = json.loads(line)
    sent_at = message.pop("sent_at")
    assert message == {"channel": "sms", "to": TO, "subject": "", "body": 'Zwei\nZeilen, "482916"'}
    assert sent_at[10] == "T"
    assert sent_at.endswith("Z")


def test_the_file_is_its_owners_alone(file: Path) -> None:
    get_backend().send(TO, "x", "k")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_many_writers_never_mix_their_lines(file: Path) -> None:
    body = "x" * 20_000
    threads = [Thread(target=get_backend().send, args=(TO, body, str(number))) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [json.loads(line)["body"] == body for line in file.read_text().splitlines()] == [True] * 16


def test_unwritable_file_is_retried(settings: Any, tmp_path: Path) -> None:
    settings.SMS_BACKEND = "accounts.sms.file.FileBackend"
    settings.SMS_FILE = tmp_path
    with pytest.raises(Unavailable) as failure:
        get_backend().send(TO, "482916", "k")
    assert TO not in str(failure.value)


# Memory


def test_memory_keeps_what_was_sent(settings: Any) -> None:
    settings.SMS_BACKEND = "accounts.sms.memory.MemoryBackend"
    memory.outbox.clear()
    assert get_backend().send(TO, "hello", "key-1") == "memory-1"
    assert memory.outbox == [memory.SentSms(TO, "hello", "key-1")]


def test_every_backend_keeps_the_contract(settings: Any) -> None:
    settings.SMS_HTTP_URL, settings.SMS_HTTP_TEMPLATE = "https://sms.example/send", TEMPLATE
    for path in ["file.FileBackend", "memory.MemoryBackend", "http.HttpBackend"]:
        settings.SMS_BACKEND = f"accounts.sms.{path}"
        assert isinstance(get_backend(), SmsBackend)


# HTTP


@dataclass
class Provider:
    """A local provider that responds as the test configures it."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    behaviour: str = "answers"
    requests: list[Any] = field(default_factory=list)
    end: Event = field(default_factory=Event)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: Provider) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.state = state
        state.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.state = self.server.state
        self.state.requests.append((self.path, dict(self.headers), json.loads(content)))
        with suppress(OSError):
            getattr(self, self.state.behaviour)()

    def do_GET(self) -> None:
        self.server.state.requests.append((self.path, dict(self.headers), None))

    def answers(self) -> None:
        self.send_response(self.state.status)
        for name, value in self.state.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.state.body)))
        self.end_headers()
        self.wfile.write(self.state.body)

    def answers_twice(self) -> None:
        self.answers()
        self.answers()

    def says_nothing(self) -> None:
        self.state.end.wait(20)

    def drips(self) -> None:
        while not self.state.end.wait(0.05):
            self.wfile.write(b"H")

    def hangs_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def breaks_off(self) -> None:
        self.send_response(202)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b'{"id":')
        self.state.end.wait(20)

    def log_message(self, *args: Any) -> None:
        """Do not log."""


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    state = Provider()
    server = Server(state)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.SMS_HTTP_URL, settings.SMS_HTTP_TEMPLATE, settings.SMS_HTTP_TOKEN = (
        f"{state.url}/v1?a=b",
        TEMPLATE,
        "t0ken",
    )
    yield state
    state.end.set()
    server.shutdown()
    server.server_close()
    thread.join()


def send(body: str = "hello", key: str = "code:1:2:sms:0") -> str:
    return HttpBackend().send(TO, body, key)


SHORT_TIMEOUTS = Timeouts(connect=0.3, total=0.8)


def post_in_a_hurry(provider: Provider) -> Reply:
    return post(urlsplit(provider.url), {}, b'"482916"', SHORT_TIMEOUTS)


def test_it_posts_the_filled_template_with_token_and_key(provider: Provider) -> None:
    send()
    ((path, headers, content),) = provider.requests
    assert path == "/v1?a=b"
    assert headers["Authorization"] == "Bearer t0ken"
    assert headers["Idempotency-Key"] == "code:1:2:sms:0"
    assert headers["Content-Type"] == "application/json"
    assert content == {"recipient": {"number": TO}, "parts": ["hello"], "ref": "code:1:2:sms:0", "priority": 1}


def test_it_posts_without_a_token_if_none_is_set(provider: Provider, settings: Any) -> None:
    settings.SMS_HTTP_TOKEN = ""
    send()
    assert "Authorization" not in provider.requests[0][1]


@pytest.mark.parametrize(
    "body",
    ['He said "no"', "back\\slash", '"}, "to": "+1900"', "line\nline", "{to} {key} {body}", "号码 🎉", "\x00\x1f"],
)
def test_message_text_cannot_break_out_of_the_json(provider: Provider, body: str) -> None:
    send(body)
    content = provider.requests[0][2]
    assert content["parts"] == [body]
    assert content["recipient"] == {"number": TO}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"id": "abc"}', "abc"),
        (b'{"message_id": 17}', "17"),
        (b'{"messages": [{"message-id": "m1"}]}', "m1"),
        (b'{"data": {"sid": "SM1"}}', "SM1"),
        (b'[{"messageId": "x"}]', "x"),
        (b'{"status": "ok"}', ""),
        (b"queued", ""),
        (b"", ""),
        (b"[" * 5000, ""),
        (b"\xff\xfe", ""),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_sent_with_the_id_if_there_is_one(provider: Provider, status: int, body: bytes, found: str) -> None:
    provider.status, provider.body = status, body if status != 204 else b""
    assert send() == (found if status != 204 else "")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_busy_provider_is_retried(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(Unavailable, match=f"^http-{status}$"):
        send()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
def test_a_refusal_is_permanent(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(Rejected, match=f"^http-{status}$"):
        send()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(provider: Provider, status: int) -> None:
    provider.status, provider.headers = status, {"Location": f"{provider.url}/elsewhere"}
    with pytest.raises(Rejected):
        send()
    assert len(provider.requests) == 1


@pytest.mark.parametrize("behaviour", ["says_nothing", "drips", "hangs_up"])
def test_silent_provider_is_abandoned_at_the_timeout(provider: Provider, behaviour: str) -> None:
    provider.behaviour = behaviour
    with pytest.raises(Unreachable) as failure:
        post_in_a_hurry(provider)
    assert "127.0.0.1" not in str(failure.value)


def test_provider_that_hangs_up_is_retried(provider: Provider) -> None:
    provider.behaviour = "hangs_up"
    with pytest.raises(Unavailable) as failure:
        send("482916")
    assert TO not in str(failure.value)


def test_status_counts_without_the_body(provider: Provider) -> None:
    provider.behaviour = "breaks_off"
    assert post_in_a_hurry(provider) == Reply(202, b"")


def test_a_provider_that_answers_twice_has_sent_once(provider: Provider) -> None:
    provider.behaviour, provider.body = "answers_twice", b'{"id": "1"}'
    assert send() == "1"
    assert len(provider.requests) == 1


def test_connection_error_is_retried(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SMS_HTTP_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings.SMS_HTTP_TEMPLATE, settings.SMS_HTTP_TOKEN = TEMPLATE, ""
    with pytest.raises(Unavailable, match="ConnectionRefusedError"):
        send()


def test_timeout_is_shorter_than_ten_seconds() -> None:
    assert DEFAULT_TIMEOUTS.connect < DEFAULT_TIMEOUTS.total < SEND_WITHIN == 10


def test_a_token_with_a_line_break_reaches_nobody(provider: Provider, settings: Any) -> None:
    settings.SMS_HTTP_TOKEN = "t\r\nX-Evil: 1"
    with pytest.raises(Unavailable, match="ValueError"):
        send()
    assert provider.requests == []


@pytest.mark.parametrize("url", ["", "sms.example", "ftp://sms.example", "http://sms.example/send", "http://10.0.0.1/"])
def test_sms_url_without_https_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        checked_url(url)


@pytest.mark.parametrize(
    "url", ["https://sms.example/send", "http://localhost:8025", "http://127.0.0.1/", "http://[::1]/"]
)
def test_https_and_the_loopback_are_taken(url: str) -> None:
    assert checked_url(url).hostname


@pytest.mark.parametrize("template", ["", "{", '{"to": {to}}', '{"to": "{to}"}', '{"text": "{body}"}'])
def test_a_template_that_cannot_work_is_refused(template: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        parsed_template(template)


def test_a_template_is_filled_once() -> None:
    assert fill("{to}-{body}", {"to": "{body}", "body": "{to}", "key": ""}) == "{body}-{to}"
