"""nginx with deploy/nginx.conf on loopback: a self-signed certificate, free ports, everything else to the letter."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

from portal.tests.kills.browser import PATIENCE, Browser
from portal.tests.processes import ROOT, free_port

HOST = "portal.vendor.example"
AROUND = """
daemon off;
pid {scratch}/nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {scratch}/body;
    proxy_temp_path {scratch}/proxy;
    fastcgi_temp_path {scratch}/fastcgi;
    uwsgi_temp_path {scratch}/uwsgi;
    scgi_temp_path {scratch}/scgi;
    include {scratch}/portal.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    https_port: int
    http_port: int
    certificate: Path

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.https_port}"

    def connect(self) -> ssl.SSLSocket:
        """Open a TLS connection that trusts only the certificate of this nginx, for the name of the portal."""
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.https_port), PATIENCE)
        return trusting.wrap_socket(plain, server_hostname=HOST)

    def browser(self) -> Browser:
        return _ProxyBrowser(self)


class _ProxyBrowser(Browser):
    """A user behind the proxy: https, and none of the headers that a proxy adds."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy.https_port)
        self.proxy = proxy

    def _connect(self) -> HTTPSConnection:
        connection = HTTPSConnection(HOST, self.port, timeout=PATIENCE)
        connection.sock = self.proxy.connect()
        return connection

    def _headers(self, referer: str) -> dict[str, str]:
        added = {"X-Forwarded-Proto", "X-Forwarded-For"}
        headers = {name: value for name, value in super()._headers(referer).items() if name not in added}
        return {**headers, "Host": f"{HOST}:{self.port}", "Referer": self.proxy.origin + referer}


def prepare(scratch: Path, web_port: int) -> Proxy:
    """Write the certificate and the configuration."""
    proxy = Proxy(free_port(), free_port(), scratch / "fullchain.pem")
    _certify(scratch)
    snippet = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for written, used in (
        ("listen 80;", f"listen 127.0.0.1:{proxy.http_port};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{proxy.https_port} ssl;"),
        ("/etc/ssl/portal/", f"{scratch}/"),
        ("http://127.0.0.1:8000;", f"http://127.0.0.1:{web_port};"),
    ):
        assert written in snippet
        snippet = snippet.replace(written, used)
    (scratch / "portal.conf").write_text(snippet)
    user = "user root;" if os.geteuid() == 0 else ""
    (scratch / "nginx.conf").write_text(AROUND.format(scratch=scratch, user=user))
    return proxy


@contextmanager
def running(proxy: Proxy, scratch: Path) -> Iterator[None]:
    process = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(scratch / "nginx.conf")])
    try:
        _wait_for(proxy, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    while process.poll() is None:
        try:
            proxy.connect().close()
            return
        except OSError:
            pause.wait(0.1)
    raise AssertionError(f"nginx ended with {process.returncode}; the captured output says why")


def _certify(scratch: Path) -> None:
    about = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"]
    files = ["-keyout", str(scratch / "privkey.pem"), "-out", str(scratch / "fullchain.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *about, *files]
    subprocess.run(command, check=True, capture_output=True)
