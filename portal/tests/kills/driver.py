"""Load generator: concurrent customers and partners use the portal, and record the results that they see."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connections

from portal.tests.given import valid
from portal.tests.kills.browser import LOGIN, Browser, Page
from portal.tests.kills.receiver import Receiver
from portal.tests.kills.world import Customer, Person

CLIENTS = 6
CODE_WITHIN = 240.0  # seconds: each killed sender leaves a lease of 30 s; a code is valid for 300 s
REQUEST_PAGE = re.compile(r"/requests/(D-[0-9A-Z]+)/$")
ENDS = ("approved", "approved", "rejected", "withdrawn", "pending")
DISASSOCIATE, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"


@dataclass(frozen=True)
class Taken:
    """One disassociation with its end, as its users saw it."""

    customer: Customer
    reference: str
    end: str  # pending, approved, rejected, withdrawn, or referral: approved by the system


@dataclass
class Load:
    port: int
    receiver: Receiver
    customers: Iterator[Customer]
    seed: int
    taken: list[Taken] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    code_waits: list[float] = field(default_factory=list)
    post_seconds: list[float] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(CLIENTS):
            client = _Client(self, random.Random(f"{self.seed}-{number}"), f"198.51.100.{number + 1}")
            thread = threading.Thread(target=self._run, args=(client,), name=f"client-{number}")
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let the clients finish their current disassociation."""
        self._stop.set()
        for thread in self._threads:
            thread.join(CODE_WITHIN + 120)
            if thread.is_alive():
                self.faults.append(f"{thread.name} never came to its end")

    def next_customer(self) -> Customer | None:
        with self._lock:
            return next(self.customers, None)

    def counts(self) -> Counter[str]:
        return Counter(taken.end for taken in self.taken)

    def _run(self, client: _Client) -> None:
        while not self._stop.is_set():
            customer = self.next_customer()
            if customer is None:
                break
            try:
                client.leave(customer)
            except Exception as error:  # the client continues with the next customer
                self.faults.append(f"{customer.administrator.username}: {type(error).__name__}: {error}")
        connections.close_all()


@dataclass
class _Client:
    load: Load
    chance: random.Random
    address: str
    deciders: dict[str, Browser] = field(default_factory=dict)

    def leave(self, customer: Customer) -> None:
        """Disassociate, enter the code, submit, then continue to a random end."""
        browser = Browser(self.load.port, self.address)
        browser.sign_in(customer.administrator.username)
        self._send(browser, DISASSOCIATE, understand="on", reason="We buy directly from now on")
        code = self._code(customer.administrator)
        if code is None:
            return
        page = self._send(browser, VERIFY, code=code)
        found = REQUEST_PAGE.search(page.location)
        if found is None:
            raise AssertionError(f"a right code led to {page.status} {page.location}")
        end = "referral" if customer.is_referral else self.chance.choice(ENDS)
        if end in ("approved", "rejected", "withdrawn"):
            self._end(browser, customer, found[1], end)
        self.load.taken.append(Taken(customer, found[1], end))

    def _code(self, person: Person) -> str | None:
        begun = time.monotonic()
        code = self.load.receiver.code_for(person.number, CODE_WITHIN)
        self.load.code_waits.append(time.monotonic() - begun)
        if code is None:
            self.load.faults.append(f"{person.username} waited {CODE_WITHIN:.0f} s for a code in vain")
        return code

    def _end(self, customers: Browser, customer: Customer, reference: str, end: str) -> None:
        page = f"/requests/{reference}/"
        if end == "withdrawn":
            self._send(customers, page, to=f"{page}withdraw/", done=("withdrawn",), **valid("understand"))
            return
        verb = "approve" if end == "approved" else "reject"
        decider = self._decider(self.chance.choice(customer.partner))
        process = f"/partner/process/{reference}/"
        done = ("approved", "completed") if end == "approved" else ("rejected",)
        self._send(decider, process, to=f"{page}{verb}/", done=done, **valid("understand", "reason"))

    def _decider(self, person: Person) -> Browser:
        """Return the client of the partner's administrator, who stays signed in."""
        if person.username not in self.deciders:
            self.deciders[person.username] = browser = Browser(self.load.port, self.address)
            browser.sign_in(person.username)
        return self.deciders[person.username]

    def _send(self, browser: Browser, path: str, to: str = "", done: tuple[str, ...] = (), **fields: str) -> Page:
        """Send the form. If its first answer was lost in an outage, the second says that it is `done`."""
        page = browser.send_until_answered(path, to, **fields)
        if page.location.startswith(LOGIN):  # the key of the session was rotated, and the new one was lost
            browser.sign_in(browser.username)
            page = browser.send_until_answered(path, to, **fields)
        self.load.post_seconds.append(page.seconds)
        assert page.status == 303 or _shows(page, done), f"{to or path}: {page.status}"
        return page


def _shows(page: Page, statuses: tuple[str, ...]) -> bool:
    return any(f'data-status="{status}"' in page.text for status in statuses)
