"""The rules about the account: numbers, currency, logins, records, notices. Every verb of accounts/operations."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import Challenge, Notification, Operation, Purpose, SmsDevice, Tenant, User
from accounts.operations.create_login import LoginCreated, LoginRefused, create_login
from accounts.operations.currency import CurrencyHeld, CurrencySet, set_currency, take_currency
from accounts.operations.export_log import export_log
from accounts.operations.mark_read import mark_read
from accounts.operations.mobile_number import (
    NumberConfirmed,
    SameNumber,
    confirm_number,
    note_wrong_password,
    release_old_number,
    resend_number_code,
    start_number_change,
)
from accounts.operations.password import change_password, note_refused_change, set_password_by_link
from accounts.operations.password_link import send_password_link
from accounts.operations.records import record_password_link
from accounts.operations.refuse import refuse_by_role
from accounts.operations.rename import rename_tenant
from accounts.operations.resend_notice import NotFailed, Resent, resend_notice
from accounts.verification import Issued
from partners.models import Association
from partners.tests.machine.cast import SPARE_NUMBERS
from partners.tests.machine.request_rules import IP, PICK, REASONS, code_of
from partners.tests.machine.stage import Denied, Interrupted, Stage

KINDS = st.sampled_from(["right", "right", "wrong", "older"])


class AccountRules(Stage):
    def person(self, pick: int) -> User:
        people = [user for user in self.cast.people.values() if user.role == "administrator"]
        return people[pick % len(people)]

    @rule(pick=PICK, number=st.sampled_from(SPARE_NUMBERS), kind=KINDS, step=st.integers(0, 4))
    def take_a_step_to_another_number(self, pick: int, number: str, kind: str, step: int) -> None:
        if step == 0:
            self._start_number(pick, number)
        elif step == 1:
            self._release_number(pick, kind)
        elif step == 2:
            self._confirm_number(pick, kind)
        else:
            purpose = Purpose.RELEASE_NUMBER if step == 3 else Purpose.CONFIRM_NUMBER
            self.act(resend_number_code, actor=self.person(pick), purpose=purpose, ip=IP)

    @rule(pick=PICK, number=st.sampled_from(SPARE_NUMBERS))
    def replace_number(self, pick: int, number: str) -> None:
        """The way in one step, so that examples get far."""
        if isinstance(self._start_number(pick, number), Issued):
            self._release_number(pick, "right")
            self._confirm_number(pick, "right")

    def _start_number(self, pick: int, number: str) -> object:
        actor = self.person(pick)
        device = SmsDevice.objects.filter(user=actor, confirmed=True).first()
        is_same = device is not None and str(device.number) == number
        answer = self.act(start_number_change, actor=actor, number=number, ip=IP)
        if not isinstance(answer, Interrupted):
            assert isinstance(answer, SameNumber) == is_same, answer
        return answer

    def _release_number(self, pick: int, kind: str) -> None:
        actor = self.person(pick)
        self.act(release_old_number, actor=actor, code=code_of(actor, Purpose.RELEASE_NUMBER, kind), ip=IP)

    def _confirm_number(self, pick: int, kind: str) -> None:
        """The number changes by the right code alone, and then every code of before is void."""
        actor = self.person(pick)
        before = SmsDevice.objects.filter(user=actor).values_list("number", flat=True).first()
        answer = self.act(confirm_number, actor=actor, code=code_of(actor, Purpose.CONFIRM_NUMBER, kind))
        device = SmsDevice.objects.filter(user=actor).first()
        if isinstance(answer, NumberConfirmed):
            assert device is not None
            assert device.confirmed
            assert not Challenge.objects.filter(user=actor, ended_at=None).exists()
        elif device is not None:
            assert device.number == before, f"{answer} changed the number"

    @rule(pick=PICK, currency=st.sampled_from(["EUR", "USD"]))
    def choose_currency(self, pick: int, currency: str) -> None:
        customer = self.cast.customers[pick % len(self.cast.customers)]
        actor = self.cast.people[customer.pk, "admin"]
        customer.refresh_from_db()
        is_held = customer.currency not in {"", currency}
        is_held = is_held and Association.objects.filter(customer=customer, ended_at=None).exists()
        answer = self.act(set_currency, actor=actor, currency=currency)
        if not isinstance(answer, Interrupted):
            assert isinstance(answer, CurrencyHeld if is_held else CurrencySet), answer
            before = customer.currency
            customer.refresh_from_db()
            assert customer.currency == (before if is_held else currency)

    @rule(pick=PICK, currency=st.sampled_from(["EUR", "USD"]))
    def import_a_name_and_a_currency(self, pick: int, currency: str) -> None:
        """As an import does: in its own transaction, under the lock of the customer."""
        with transaction.atomic():
            customer = Tenant.objects.select_for_update().get(
                pk=self.cast.customers[pick % len(self.cast.customers)].pk
            )
            rename_tenant(tenant=customer, name=f"Customer {pick}")
            take_currency(tenant=customer, currency=currency)

    @rule(pick=PICK, chore=st.integers(0, 9))
    def do_a_chore(self, pick: int, chore: int) -> None:
        """What may always be done, and only adds to the log or marks as read."""
        actor = self.person(pick)
        if chore == 0:
            self.act(export_log, actor=actor, filters="operation=requested" if pick % 2 else "")
        elif chore == 1:
            self.act(note_wrong_password, actor=actor)
        elif chore == 2:
            self.act(note_refused_change, actor=actor)
        elif chore == 3:
            self.act(refuse_by_role, actor=actor, operation=Operation.GRANTED)
        elif chore in {4, 5}:
            verb = change_password if chore == 4 else set_password_by_link
            self.act(verb, actor=actor, password=f"a-longer-phrase-{pick}")
            assert check_password(f"a-longer-phrase-{pick}", actor.password)
        elif chore == 6:
            self.act(record_password_link, actor=self.cast.staff, user=actor, reason="A new telephone")
        elif chore == 7:
            self.act(send_password_link, user=actor)
        else:
            unread = Notification.objects.filter(recipient=actor, channel="portal", read_at=None).count()
            answer = self.act(mark_read, actor=actor, until=self.now)
            assert isinstance(answer, Interrupted) or answer == unread

    @rule(pick=PICK, name=st.sampled_from(["ada", "ben", "Ada", "no such name"]), has_mail=st.booleans())
    def make_a_login(self, pick: int, name: str, has_mail: bool) -> None:
        tenant = self.cast.tenants()[pick % len(self.cast.tenants())]
        taken = User.objects.filter(username__iexact=name).exists()
        answer = self.act(
            create_login,
            actor=self.cast.staff,
            tenant=tenant,
            role="administrator",
            username=name,
            email=f"{name}@people.example".lower() if has_mail else "",
        )
        if not isinstance(answer, Interrupted):
            assert isinstance(answer, LoginRefused if taken or " " in name else LoginCreated), answer

    @rule(pick=PICK, who=PICK, reason=REASONS)
    def send_a_notice_again(self, pick: int, who: int, reason: str) -> None:
        failed = list(Notification.objects.filter(state="failed").order_by("created_at", "idempotency_key"))
        rows = failed or list(Notification.objects.order_by("created_at", "idempotency_key")[:20])
        if not rows:
            return
        actor = self.cast.staff if who % 4 else self.person(who)
        notice = rows[pick % len(rows)]
        answer = self.act(
            resend_notice,
            allowed=actor == self.cast.staff and bool(reason.strip()),
            actor=actor,
            notification=notice,
            reason=reason,
        )
        if not isinstance(answer, Denied | Interrupted):
            is_again = bool(failed) and notice.event != "code"
            assert isinstance(answer, Resent if is_again else NotFailed), answer
