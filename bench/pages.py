"""Requests per second of My Partner against `hello`, in one paired run: `python -m bench.pages`.

Needs `wrk` and a DATABASE_URL of PostgreSQL; loads the demo world there when it is empty. The two addresses are
asked in turn, so that a machine that drifts slows both; the ratio of the medians is what to quote.
"""

import http.cookiejar
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROUNDS, SECONDS, CONNECTIONS = 5, 6, 4
PAGES = {"hello": "/hello/", "My Partner": "/my-partner/", "Disassociate": "/my-partner/disassociate/"}


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed.")
    if "postgres" not in os.environ.get("DATABASE_URL", ""):
        sys.exit("DATABASE_URL names no PostgreSQL database.")
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "DEMO": "1"}
    for command in (["migrate", "-v0"], ["load_demo", "--if-empty"]):
        subprocess.run([sys.executable, "manage.py", *command], check=True)
    port = free_port()
    server = start_server(port)
    try:
        measure(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(port: int) -> subprocess.Popen[bytes]:
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "sync", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:bench.gunicorn", *options, "portal.wsgi"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(site: str) -> None:
    cookies = sign_in(site)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
    for _ in range(ROUNDS):
        for name, address in PAGES.items():
            found[name].append(load(site + address, cookies))
    hello = statistics.median(rate for rate, _ in found["hello"])
    hello_p95 = statistics.median(p95 for _, p95 in found["hello"])
    for name, rounds in found.items():
        rate, p95 = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{name}: {rate:.0f} requests/s ({rate / hello:.2f} x hello), p95 {p95:.1f} ms ({p95 / hello_p95:.1f} x)")


def sign_in(site: str) -> str:
    """Sign in as the demo's customer and return the cookie header."""
    jar = http.cookiejar.CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    page = wait_for(opener, f"{site}/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {
        "csrfmiddlewaretoken": token.group(1) if token else "",
        "username": "customer-ready",
        "password": "demo-password",
    }
    opener.open(f"{site}/accounts/login/", urlencode(form).encode(), timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def wait_for(opener: OpenerDirector, address: str) -> str:
    for _ in range(100):
        try:
            return opener.open(address, timeout=30).read().decode()
        except URLError:
            time.sleep(0.2)
    sys.exit("The server did not answer.")


def load(address: str, cookies: str) -> tuple[float, float]:
    """Return requests per second and the 95th percentile in ms; wrk's script prints the latter."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", "bench/p95.lua", "-H", f"Cookie: {cookies}"]
    printed = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed:
        sys.exit(f"{address} answered with errors:\n{printed}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    p95 = re.search(r"p95_us ([\d.]+)", printed)
    if not rate or not p95:
        sys.exit(f"wrk printed something else:\n{printed}")
    return float(rate.group(1)), float(p95.group(1)) / 1000


if __name__ == "__main__":
    main()
