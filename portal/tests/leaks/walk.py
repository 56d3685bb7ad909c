"""The whole way, walked against the running programs, and every trace that it leaves."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import redis
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.codes import code_for
from accounts.log import triggers
from accounts.masking import number_fingerprint
from accounts.models import Challenge, Notification, OperationLogEntry, SmsDevice, Tenant, User
from accounts.tests.factories import UserFactory
from partners.models import DisassociationRequest
from partners.tests.cast import NUMBERS, Role, gather, roles
from portal.tests.given import valid
from portal.tests.leaks.echo import Echo, running_echo
from portal.tests.leaks.programs import Programs
from portal.tests.leaks.traces import Traces, broker, rows
from portal.tests.leaks.visitor import Visitor

PASSWORD = "orchard-lantern-47-quiet"
WRONG_PASSWORD = "orchard-lantern-48-quiet"
NEW_PASSWORD = "harbour-candle-93-brisk"
SMS_TOKEN = "sms-token-5Hn3cV8xPq2Ly7Kd"
METRICS_TOKEN = "metrics-token-9Jw4zT6mBr1Gs"
DATABASE_PASSWORD = "database-pass-3Fk8nX5vQd2Ha"
REDIS_PASSWORD = "redis-pass-6Mb9yC4tWj7Ep"
WITHIN = 60.0  # seconds: a bound against hanging
T = TypeVar("T")
ENDS = ("rejected", "withdrawn", "locked", "cancelled")
# Each walks to an end of its own, after which no other step works: a closed request, a locked code entry, a new number.
OTHERS = (
    *(Role(name, UserFactory, f"{name} customer", "partner") for name in ENDS),
    Role("numberless", UserFactory, "numberless customer", has_number=False),
)


def walked(blocker: Any, scratch: Path) -> Traces:
    """Walk, collect, plant, collect again, and leave the database empty."""
    with blocker.unblock(), running_echo() as echo:
        try:
            return Walk(scratch, echo).traces_of_everything()
        finally:
            triggers.remove(connection)
            call_command("flush", interactive=False, verbosity=0)
            triggers.install(connection)
            connection.close()


class Walk:
    def __init__(self, scratch: Path, echo: Echo) -> None:
        self.traces = Traces()
        self.secrets = self.traces.secrets
        self.secrets.passwords |= {PASSWORD, WRONG_PASSWORD, NEW_PASSWORD}
        self.secrets.keys |= {settings.SECRET_KEY, *settings.CODE_KEYS, SMS_TOKEN, METRICS_TOKEN}
        self.echo = echo
        self.store = scratch / "messages.jsonl"
        self.users: dict[str, User] = {}
        self.numbers: list[str] = []  # still to be given
        self.password_hash = make_password(PASSWORD, hasher="argon2")
        self.programs = Programs(
            scratch,
            {
                "DEMO": "1",
                "SECRET_KEY": settings.SECRET_KEY,
                "CODE_KEY": ",".join(settings.CODE_KEYS),
                "SMS_HTTP_URL": echo.url,
                "SMS_HTTP_TOKEN": SMS_TOKEN,
                "METRICS_TOKEN": METRICS_TOKEN,
                "LOG_LEVEL": "DEBUG",
                "WEB_WORKERS": "1",
                "DATABASE_URL": self._database_url(),
                **({"REDIS_URL": self._redis_url()} if settings.REDIS_URL else {}),
            },
        )

    def traces_of_everything(self) -> Traces:
        self._people()
        try:
            self.programs.start("web")
            self._first_steps()
            self.traces.broker = broker()
            self.programs.start_background()
            self._all_other_steps()
            self.programs.stop_background()
            self._steps_without_background()
            self.traces.broker += broker()
            self.programs.start_background()
            self._wait(lambda: not Notification.objects.filter(state="queued").exclude(attempts__gt=0).exists())
            self._staff_look_after_it()
        finally:
            self.programs.stop()
        self._collect()
        self._plant()
        return self.traces

    # The way

    def _first_steps(self) -> None:
        """Nobody sends yet: what is to be told waits in the table, and the wake-ups wait at the broker."""
        Visitor(self.programs.port, self.traces.record).sign_in("ready", WRONG_PASSWORD)
        self.ready = self._visitor("ready")
        self._ask(self.ready)

    def _all_other_steps(self) -> None:
        self._enter(self.ready, "ready", "wrong")
        self._enter(self.ready, "ready", "right")
        partner = self._visitor("p-adm")
        self._decide(partner, "ready", "approve", **valid("understand"))
        rejected = self._visitor("rejected")
        self._ask(rejected)
        self._let_time_pass("rejected")
        rejected.post("/my-partner/disassociate/verify/new-code/")
        self._enter(rejected, "rejected", "older")
        self._enter(rejected, "rejected", "right")
        self._decide(partner, "rejected", "reject", **valid("reason"))
        self._lock(self._visitor("locked"))
        self._another_number(self._visitor("numberless"))
        self._new_password()
        for name, path in (("ready", "/my-partner/"), ("p-adm", "/partner/")):
            log = path + "operation-log/"
            visitor = self.ready if name == "ready" else partner
            visitor.get(log)
            if name == "ready":
                visitor.post(log)
            visitor.get("/notifications/")
            visitor.get("/account/")
        partner.get("/partner/customers/")
        self.ready.get("/accounts/login/?next=/account/")

    def _steps_without_background(self) -> None:
        withdrawn = self._visitor("withdrawn")
        self.echo.is_down = True
        self._ask(withdrawn)
        self._enter(withdrawn, "withdrawn", "right")
        withdrawn.get(f"/requests/{self._reference('withdrawn')}/")
        withdrawn.post(f"/requests/{self._reference('withdrawn')}/withdraw/", **valid("understand"))
        self._ask(cancelled := self._visitor("cancelled"))
        self._enter(cancelled, "cancelled", "right")

    def _staff_look_after_it(self) -> None:
        staff = self._visitor("staff")
        act = "/admin/partners/disassociationrequest/act/cancel/?ids="
        self._act(staff, f"{act}{DisassociationRequest.objects.get(reference=self._reference('cancelled')).pk}")
        self._act(staff, f"/admin/accounts/tenant/act/grant/?ids={self.users['withdrawn'].tenant_id}")
        self._act(staff, f"/admin/accounts/user/act/send-link/?ids={self.users['numberless'].pk}")
        self._wait(lambda: Notification.objects.filter(last_error__startswith="http-").exists())
        # Their ladder goes on for hours.
        Notification.objects.filter(last_error__startswith="http-").update(
            state="failed", lease_token=None, lease_until=None
        )
        failed = Notification.objects.filter(state="failed")
        self.traces.failed_notices = failed.count()
        notice = failed.exclude(event="code").first()
        assert notice is not None
        self._act(staff, f"/admin/accounts/notification/act/send-again/?ids={notice.pk}")
        kinds = ["accounts/notification", "accounts/challenge", "accounts/smsdevice", "accounts/operationlogentry"]
        for kind in [*kinds, "accounts/user", "accounts/tenant", "partners/disassociationrequest"]:
            staff.get(f"/admin/{kind}/")
        staff.get("/metrics", authorization=f"Bearer {METRICS_TOKEN}")
        staff.get(f"/admin/accounts/tenant/{self.users['withdrawn'].tenant_id}/change/")
        staff.get(f"/admin/accounts/smsdevice/{SmsDevice.objects.get(user=self.users['numberless']).pk}/change/")

    def _lock(self, visitor: Visitor) -> None:
        """Ten wrong codes lock code entry."""
        for _attempt in range(2):
            self._ask(visitor)
            for _try in range(5):
                self._enter(visitor, "locked", "wrong")

    def _another_number(self, visitor: Visitor) -> None:
        """The first number, then another in its place; and a third with a wrong password."""
        for number in (self._next_number(), self._next_number()):
            visitor.get("/account/mobile-number/")
            visitor.post("/account/mobile-number/", number=number, password=PASSWORD)
            for _step in range(2):
                if 'name="code"' in visitor.page:
                    code = self._code("numberless")
                    visitor.post("/account/mobile-number/code/", code=code)
            self._let_time_pass("numberless")
        visitor.get("/account/mobile-number/")
        visitor.post("/account/mobile-number/", number=self._next_number(), password=WRONG_PASSWORD)
        visitor.post("/account/mobile-number/", number=self._next_number(), password=PASSWORD)

    def _new_password(self) -> None:
        free = Visitor(self.programs.port, self.traces.record)
        free.get("/accounts/password-reset/")
        free.post("/accounts/password-reset/", email=self.users["free"].email)
        link = self._wait(self._newest_link)
        free.get(link)
        free.post(free.at, new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD)
        free.sign_in("free", NEW_PASSWORD)
        free.get(link)

    # The parts of it

    def _visitor(self, name: str) -> Visitor:
        visitor = Visitor(self.programs.port, self.traces.record)
        visitor.sign_in(name, PASSWORD)
        assert "sessionid" in visitor.cookies, f"{name} is not signed in"
        return visitor

    def _ask(self, visitor: Visitor) -> None:
        visitor.get("/my-partner/")
        visitor.get("/my-partner/disassociate/")
        visitor.post("/my-partner/disassociate/", **valid("understand", "reason"))

    def _enter(self, visitor: Visitor, name: str, kind: str) -> None:
        visitor.get("/my-partner/disassociate/verify/")
        codes = [code_for(one) for one in Challenge.objects.filter(user=self.users[name]).order_by("created_at")]
        wrong = next(code for code in map(str, range(314159, 314199)) if code not in codes)
        code = {"right": codes[-1], "older": codes[0], "wrong": wrong}[kind]
        if 'name="code"' in visitor.page:
            visitor.post("/my-partner/disassociate/verify/", code=f"{code[:3]} {code[3:]}")

    def _decide(self, visitor: Visitor, name: str, verb: str, **fields: str) -> None:
        reference = self._reference(name)
        visitor.get("/partner/process/")
        visitor.get(f"/partner/process/{reference}/")
        visitor.post(f"/requests/{reference}/{verb}/", **fields)

    def _act(self, visitor: Visitor, path: str) -> None:
        visitor.get(path)
        visitor.post(path, **valid("reason"))

    def _reference(self, name: str) -> str:
        return DisassociationRequest.objects.filter(customer=self.users[name].tenant).latest("pk").reference

    def _code(self, name: str) -> str:
        return code_for(Challenge.objects.filter(user=self.users[name]).latest("created_at"))

    def _let_time_pass(self, name: str) -> None:
        """A minute, for the device that must wait so long between two messages."""
        SmsDevice.objects.filter(user=self.users[name]).update(
            last_generated_timestamp=timezone.now() - timedelta(seconds=61)
        )

    def _newest_link(self) -> str | None:
        texts = self.store.read_text() if self.store.exists() else ""
        found = re.findall(r"/accounts/set-password/[\w-]+/[\w-]+/", texts)
        return found[-1] if found else None

    def _wait(self, look: Callable[[], T | None]) -> T:
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.1)
        raise AssertionError("Waited in vain.")

    # Who is there

    def _people(self) -> None:
        cast = gather([*roles("p-adm", "ready", "free", "staff"), *OTHERS])
        self.users, self.numbers = cast.people, cast.numbers
        self.secrets.numbers |= set(NUMBERS) - set(cast.numbers)
        User.objects.update(password=self.password_hash)

    def _next_number(self) -> str:
        number = self.numbers.pop(0)
        self.secrets.numbers.add(number)
        return number

    # What is left of it

    def _collect(self) -> None:
        traces = self.traces
        cookies = [cookie.partition(";")[0].partition("=") for cookie in traces.record.cookies]
        self.secrets.sessions |= {value for name, _, value in cookies if name == "sessionid" and len(value) > 20}
        self.secrets.forms |= {value for name, _, value in cookies if name == "csrftoken" and len(value) > 20}
        for challenge in Challenge.objects.select_related("device"):
            self.secrets.codes.add(code_for(challenge))
        traces.output = self.programs.output()
        traces.rows = rows()
        traces.texts = self.echo.taken
        told = [json.loads(line) for line in self.store.read_text().splitlines()]
        traces.mails = [f"{one['to']} {one['subject']} {one['body']}" for one in told]
        links = re.findall(r"/accounts/set-password/[\w-]+/([\w-]+)/", "\n".join(traces.mails))
        self.secrets.links |= set(links)
        traces.inbox = [page for url, page in traces.record.pages if url.endswith("/notifications/")]
        traces.contacts = set(Tenant.objects.values_list("contact_phone", flat=True))
        traces.operations = set(OperationLogEntry.objects.values_list("operation", flat=True))
        traces.owners_of_codes = self._owners()

    def _owners(self) -> set[tuple[str, str]]:
        """Each code that was sent, with the number that its challenge was made for."""
        numbers = {number_fingerprint(number): number for number in self.secrets.numbers}
        sent = Challenge.objects.filter(messages__state="sent").select_related("device")
        return {(code_for(challenge), numbers[challenge.number_fingerprint]) for challenge in sent}

    # What the search must find

    def _plant(self) -> None:
        code, number = min(self.secrets.codes), min(self.secrets.numbers)
        self.traces.planted = {code, number}
        Notification.objects.filter(event="requested").update(context={"code": code})
        spoken = f"{number[:3]} {number[3:7]} {number[7:]}"
        Tenant.objects.filter(users__username="withdrawn").update(contact_phone=spoken)
        self.traces.careless_rows = rows()
        self.traces.careless_output = self.programs.output_of_one_that_prints("SECRET_KEY")
        if settings.REDIS_URL:
            client = redis.Redis.from_url(settings.REDIS_URL)
            client.rpush("careless", base64.b64encode(f"[{code}]".encode()).decode(), json.dumps({"to": number}))
            self.traces.careless_broker = broker()
            client.delete("careless")
            client.execute_command("ACL", "DELUSER", "portal")
            client.close()

    def _database_url(self) -> str:
        values = connection.settings_dict
        if connection.vendor == "sqlite":
            return f"sqlite:///{values['NAME']}"
        password = values["PASSWORD"] or DATABASE_PASSWORD  # a server that trusts takes any
        self.secrets.keys.add(password)
        return f"postgres://{values['USER']}:{password}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"

    def _redis_url(self) -> str:
        self.secrets.keys.add(REDIS_PASSWORD)
        client = redis.Redis.from_url(settings.REDIS_URL)
        client.execute_command("ACL", "SETUSER", "portal", "on", f">{REDIS_PASSWORD}", "~*", "&*", "+@all")
        client.close()
        return settings.REDIS_URL.replace("redis://", f"redis://portal:{REDIS_PASSWORD}@")
