"""Bytes that no HTTP client sends, at a real gunicorn: it refuses them or answers, and goes on serving."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from portal.tests.processes import DEMO, ROOT, environment, free_port

THREADS = 4  # of the server's only process
PATIENCE = 60  # seconds; a hang ends the test, a slow machine does not
HOST = b"Host: localhost\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
GET = b"GET /accounts/login/ HTTP/1.1\r\n" + HOST
CLOSE = b"Connection: close\r\n\r\n"
HOSTILE = {
    "nothing": b"",
    "an empty line": b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "a huge header": GET + b"X-Long: " + b"a" * 200_000 + b"\r\n" + CLOSE,
    "too many headers": GET + b"".join(b"X-%d: 1\r\n" % number for number in range(500)) + CLOSE,
    "a huge cookie": GET + b"Cookie: huge=" + b"a" * 7000 + b"\r\n" + CLOSE,
    "a huge address": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + CLOSE,
    "a NUL in a header": GET + b"X-Nul: a\0b\r\n" + CLOSE,
    "a NUL in the address": b"GET /\0 HTTP/1.1\r\n" + HOST + CLOSE,
    "raw bytes in the address": b"GET /\xff\xfe\xed\xa0\x80 HTTP/1.1\r\n" + HOST + CLOSE,
    "percent-encoded bytes": b"GET /%00%ff%ed%a0%80?%00=%ff HTTP/1.1\r\n" + HOST + CLOSE,
    "a header without a name": GET + b": x\r\n" + CLOSE,
    "a folded header": GET + b"X-Fold: a\r\n b\r\n" + CLOSE,
    "a space before the colon": GET + b"Content-Length : 5\r\n" + CLOSE,
    "bare line feeds": b"GET /accounts/login/ HTTP/1.1\nHost: localhost\n\n",
    "HTTP/1.0 without a host": b"GET /accounts/login/ HTTP/1.0\r\n\r\n",
    "HTTP/1.1 without a host": b"GET /accounts/login/ HTTP/1.1\r\n" + CLOSE,
    "two hosts": GET + b"Host: evil.example\r\n" + CLOSE,
    "HTTP/9.9": b"GET / HTTP/9.9\r\n" + HOST + CLOSE,
    "an absolute address": b"GET http://evil.example/accounts/login/ HTTP/1.1\r\n" + HOST + CLOSE,
    "an absolute address that is broken": b"GET http://[::1/ HTTP/1.1\r\n" + HOST + CLOSE,
    "an authority": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + CLOSE,
    "an asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + CLOSE,
    "an address with a space": b"GET /a b HTTP/1.1\r\n" + HOST + CLOSE,
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n" + CLOSE + b"a=b&c=d",
    "two lengths in one": POST + b"Content-Length: 5, 6\r\n" + CLOSE + b"a=b&c=d",
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n" + CLOSE + b"0\r\n\r\nGET /",
    "a disguised transfer encoding": POST + b"Transfer-Encoding: xchunked\r\n" + CLOSE + b"0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n" + CLOSE + b"0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n" + CLOSE,
    "a length that is a word": POST + b"Content-Length: ten\r\n" + CLOSE,
    "a length with a sign": POST + b"Content-Length: +5\r\n" + CLOSE + b"a=b&c",
    "an enormous length": POST + b"Content-Length: 99999999999999999999\r\n" + CLOSE + b"a=b",
    "a body that ends early": POST + b"Content-Length: 100\r\n" + CLOSE + b"a=b",
    "a malformed chunk size": POST + b"Transfer-Encoding: chunked\r\n" + CLOSE + b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk that ends early": POST + b"Transfer-Encoding: chunked\r\n" + CLOSE + b"ff\r\nabc",
    "an enormous chunk": POST + b"Transfer-Encoding: chunked\r\n" + CLOSE + b"ffffffffffffffffff\r\nabc",
    "a second request behind the first": GET + b"\r\n" + b"GET /no/such/page HTTP/1.1\r\n" + HOST + CLOSE,
    "an upgrade": GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
    "an expectation": POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n" + CLOSE + b"a=b",
    "an underscore for a hyphen": GET + b"X_Forwarded_Host: evil.example\r\n" + CLOSE,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the portal behind gunicorn, on an empty database."""
    port, var = free_port(), tmp_path_factory.mktemp("var")
    values = {**DEMO, "PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": str(THREADS)}
    values["DATABASE_URL"] = f"sqlite:///{var}/empty.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment(values, var), check=True
    )
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi"]
    with (var / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(values, var), stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)
    assert '"level": "error"' not in (var / "log").read_text()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as tried:
            tried.settimeout(1)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail("gunicorn did not start")


def answer_to(port: int, raw: bytes, patience: float = PATIENCE) -> bytes:
    """What comes back until the server closes or has answered; nothing more is sent after `raw`."""
    with socket.create_connection(("127.0.0.1", port), patience) as line:
        received = b""
        try:
            line.sendall(raw)
            with suppress(OSError):  # it was refused before all of it was read
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return received


def status_of(received: bytes) -> int:
    received = received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/1.") else 0


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_and_the_next_request_is_served(server: int, name: str) -> None:
    received = answer_to(server, HOSTILE[name])
    assert status_of(received) in {0, 501, 505} or 200 <= status_of(received) < 500, received[:400]
    assert b"Traceback" not in received
    assert b"evil.example" not in received
    assert status_of(answer_to(server, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE)) == 200


def test_a_body_that_never_comes_holds_up_nobody_else(server: int) -> None:
    with socket.create_connection(("127.0.0.1", server), PATIENCE) as slow:
        slow.sendall(POST + b"Content-Length: 100\r\n\r\n" + b"a=b")
        for _ in range(3):
            assert status_of(answer_to(server, GET + CLOSE)) == 200


def test_healthz_answers_while_every_request_thread_waits(server: int) -> None:
    """Each of these requests occupies a thread until its body comes. No thread is left for any other page."""
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server), PATIENCE))
            slow.sendall(POST + b"Content-Length: 100\r\n\r\n" + b"a=b")
        with pytest.raises(TimeoutError):
            answer_to(server, GET + CLOSE, patience=1)
        for method in (b"GET", b"HEAD"):
            probe = method + b" /healthz HTTP/1.1\r\n" + HOST + CLOSE
            assert status_of(answer_to(server, probe, patience=5)) == 200


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /accounts/login/ HTTP/1.0\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET /accounts/login/ HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE, 400),
        (POST + b"Content-Length: 3\r\n" + CLOSE + b"a=b", 403),
        (b"GET /accounts/login/?a=1 HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain; charset=zlib\r\n" + CLOSE, 400),
        (GET + CLOSE, 200),
    ],
)
def test_what_reaches_the_portal_is_answered_with_a_page(server: int, raw: bytes, status: int) -> None:
    received = answer_to(server, raw)
    assert status_of(received) == status, received[:300]
    assert b"<h1" in received
