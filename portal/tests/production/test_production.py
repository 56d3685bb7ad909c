"""README.md, followed line by line in an empty clone behind nginx with TLS, leads to a completed request."""

from __future__ import annotations

import json
import re
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from portal.tests.kills.browser import Browser, Page
from portal.tests.kills.driver import DISASSOCIATE, REQUEST_PAGE, VERIFY
from portal.tests.production.nginx import HOST
from portal.tests.production.site import WITHIN, Site

SLOW_BROWSERS = 20  # more than the web process has threads
GUESSES = 24
ONE_PROCESS, ONE_HASH = 150, 110  # MiB

pytestmark = pytest.mark.production


def test_the_lines_of_the_readme_lead_to_a_completed_request(site: Site) -> None:
    customer, partner = site.browsers["northfield"], site.browsers["harbourline"]
    assert customer.send(DISASSOCIATE, understand="on", reason="We buy directly").location == VERIFY
    found = REQUEST_PAGE.search(customer.send(VERIFY, code=site.code_for("+447700900418")).location)
    assert found
    page = f"/requests/{found[1]}/"
    assert partner.send(f"/partner/process/{found[1]}/", to=f"{page}approve/", understand="on").status == 303
    assert 'data-status="completed"' in customer.get(page).text
    assert site.receiver.wait_until(lambda: _notified(site, found[1]) == _EVERYBODY, WITHIN), _notified(site, found[1])
    assert "entries verified" in site.operator.follow(next(site.lines))
    assert list(site.lines) == []


_EVERYBODY = {("sms", "+447700900418"), ("sms", "+447700900419")}


def _notified(site: Site, reference: str) -> set[tuple[str, str]]:
    return {(delivery.channel, delivery.to) for delivery in site.receiver.taken() if reference in delivery.text}


def test_the_first_login_of_staff_opens_the_admin(site: Site) -> None:
    site.sign_in("vendor-staff")
    page = site.browsers["vendor-staff"].get("/admin/")
    assert page.status == 200


def test_http_is_redirected_to_https(site: Site) -> None:
    connection = HTTPConnection("127.0.0.1", site.proxy.http_port, timeout=WITHIN)
    connection.request("GET", "/account/", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/account/")
    connection.close()


def test_slow_browsers_hold_no_thread(site: Site) -> None:
    slow = [_half_a_form(site) for _ in range(SLOW_BROWSERS)]
    assert site.proxy.browser().get("/accounts/login/").status == 200
    assert all(map(_is_open, slow))  # otherwise the page waited for one that the proxy gave up
    for connection in slow:
        connection.close()


def _half_a_form(site: Site) -> ssl.SSLSocket:
    """Send the head of a form and one byte of its body, and leave the connection open."""
    connection = site.proxy.connect()
    head = f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nu"
    connection.sendall(head.encode())
    return connection


def _is_open(connection: ssl.SSLSocket) -> bool:
    connection.setblocking(False)
    try:
        connection.recv(1)
    except ssl.SSLWantReadError:  # nothing was answered, and it was not closed
        return True
    return False


def test_many_guesses_at_once_neither_fill_the_memory_nor_stop_the_pages(site: Site) -> None:
    browsers = [site.proxy.browser() for _ in range(GUESSES)]
    with ThreadPoolExecutor(GUESSES) as crowd:
        guesses = [crowd.submit(_guess, browser, number) for number, browser in enumerate(browsers)]
        pages = [site.proxy.browser().get("/accounts/login/").status for _ in range(10)]
    statuses = Counter(guess.result().status for guess in guesses)
    assert set(statuses) == {422, 503}, statuses
    assert pages == [200] * 10
    assert max(map(_most_memory, _web_processes(site))) < ONE_PROCESS + ONE_HASH
    site.sign_in("vendor-staff")


def _guess(browser: Browser, number: int) -> Page:
    return browser.send("/accounts/login/", username=f"nobody-{number}", password="a-guess")


def _web_processes(site: Site) -> list[int]:
    """Return the process IDs of gunicorn's workers, from its log."""
    booted = re.findall(r"Booting worker with pid: (\d+)", site.operator.said("make web"))
    return list(map(int, booted))


def _most_memory(process: int) -> int:
    """Return the most memory that the process ever had, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


def test_a_browser_cannot_choose_the_address_that_counts(site: Site) -> None:
    with site.proxy.connect() as connection:
        about = f"Host: {HOST}\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close"
        connection.sendall(f"GET /accounts/login/?forged HTTP/1.1\r\n{about}\r\n\r\n".encode())
        while connection.recv(65536):
            pass
    said = [json.loads(line) for line in site.operator.said("make web").splitlines() if line.startswith("{")]
    assert {line["ip"] for line in said if line.get("ip")} == {"127.0.0.1"}
