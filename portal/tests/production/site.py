"""The installed portal: the lines of README.md that install it, and its first users behind the proxy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from partners.tests.importer import csv_of
from portal.tests.kills.browser import Browser, Page
from portal.tests.kills.receiver import CODE, Receiver
from portal.tests.production.nginx import HOST, Proxy
from portal.tests.production.operator import Operator

WITHIN = 30.0  # seconds: a timeout against hanging tests
PASSWORD = "a-long-walk-by-the-harbour"
PEOPLE = {"customer": ("northfield", "+447700900418"), "partner": ("harbourline", "+447700900419")}
LOGIN, NUMBER, NUMBER_CODE = "/accounts/login/", "/account/mobile-number/", "/account/mobile-number/code/"


@dataclass(frozen=True)
class Site:
    operator: Operator
    proxy: Proxy
    receiver: Receiver
    lines: Iterator[str]  # of README.md, that were not followed yet
    browsers: dict[str, Browser] = field(default_factory=dict)
    codes_read: Counter[str] = field(default_factory=Counter)

    def sign_in(self, username: str) -> None:
        self.browsers[username] = browser = self.proxy.browser()
        _expect(browser.send(LOGIN, username=username, password=PASSWORD), 303, "/")

    def accept(self, link: str, username: str, number: str) -> None:
        """Set a password by the link of create_login, sign in, and confirm a mobile number."""
        browser, path = self.proxy.browser(), link.strip().removeprefix(self.proxy.origin)
        form = browser.get(path).location
        _expect(browser.send(form, new_password1=PASSWORD, new_password2=PASSWORD), 302, LOGIN)
        self.sign_in(username)
        browser = self.browsers[username]
        _expect(browser.send(NUMBER, number=number, password=PASSWORD), 303, NUMBER_CODE)
        page = browser.send(NUMBER_CODE, purpose="confirm-number", code=self.code_for(number))
        _expect(page, 303, "/account/#mobile")

    def code_for(self, number: str) -> str:
        """Return the code that was sent to the number and not read before."""
        self.receiver.wait_until(lambda: self._codes_to(number) > self.codes_read[number], WITHIN)
        assert self._codes_to(number) > self.codes_read[number], self.operator.said("make worker")[-4000:]
        self.codes_read[number] += 1
        return str(self.receiver.code_for(number, within=0))

    def _codes_to(self, number: str) -> int:
        return sum(
            delivery.to == number and bool(CODE.search(delivery.text)) for delivery in self.receiver.taken("sms")
        )


def installed(site: Site, values: dict[str, str]) -> Site:
    """Follow README.md from its first line up to the first login of each organisation."""
    operator, lines = site.operator, site.lines
    operator.follow(next(lines))
    operator.fill_in(values)
    while "createsuperuser" not in (line := next(lines)):
        operator.follow(line)
    operator.wait_for_web(int(values["PORT"]), HOST)
    mail, again = "staff@vendor.example", "(again)"
    operator.answer(line, {"Username": "vendor-staff", "mail": mail, "Password:": PASSWORD, again: PASSWORD})
    charges = operator.clone.parent / "charges.csv"
    charges.write_text(csv_of({}), newline="")
    operator.follow(next(lines), FILE=str(charges))
    listed = {kind: key for key, kind, *_ in (row.split("\t") for row in operator.follow(next(lines)).splitlines())}
    invite = next(lines)
    for kind, username, number in (
        ("customer", "northfield", "+447700900418"),
        ("partner", "harbourline", "+447700900419"),
    ):
        site.accept(operator.follow(invite, KEY=f"'{listed[kind]}'", NAME=username), username, number)
    return site


def _expect(page: Page, status: int, location: str) -> None:
    assert (page.status, page.location) == (status, location), (page.status, page.location, page.text[:3000])
