"""Every operation takes its locks in one order, so that no two can wait for each other.

Verbs of a request are driven by their signature, all others by the ways below; one that has none fails the first test.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import (
    Challenge,
    Channel,
    FactFeed,
    FactKind,
    Notification,
    Operation,
    Purpose,
    Side,
    SmsDevice,
    Tenant,
    User,
)
from accounts.notifications.deliver import deliver_channel
from accounts.operations.create_login import create_login
from accounts.operations.credit_limit import clear_credit_limit
from accounts.operations.currency import set_currency, take_currency
from accounts.operations.export_log import export_log
from accounts.operations.mark_read import mark_read
from accounts.operations.mobile_number import (
    confirm_number,
    note_wrong_password,
    release_old_number,
    resend_number_code,
    start_number_change,
)
from accounts.operations.password import change_password, note_refused_change, set_password_by_link
from accounts.operations.password_link import send_password_link
from accounts.operations.records import record_password_link, save_record
from accounts.operations.refuse import refuse_by_role
from accounts.operations.rename import rename_tenant
from accounts.operations.resend_notice import resend_notice
from accounts.tests.code_entry import not_the_code_of
from accounts.tests.factories import (
    PASSWORD,
    ArrearsFactory,
    CustomerFactory,
    FactFeedFactory,
    SmsDeviceFactory,
    StaffFactory,
    UserFactory,
)
from accounts.tests.notices import queue_notices, queued
from accounts.tests.races.protections import only_on_postgresql
from accounts.tests.races.racing import Call
from partners.focus.customers import BilledCustomer, Commitment
from partners.focus.importing import import_customers, import_partners
from partners.focus.kinds import Kind
from partners.focus.run import Run
from partners.models import Association, DisassociationRequest, Policy, Status
from partners.operations.associate import associate
from partners.operations.association import begin_association, change_model, end_association
from partners.operations.grant import grant
from partners.operations.put_in_force import put_in_force
from partners.operations.start import resend_code, start_disassociation
from partners.operations.submit import submit_disassociation
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory, administrator_with_number
from partners.tests.races import import_ways
from partners.tests.races.lock_order import LockOrder
from partners.tests.verbs import OF_REQUESTS, VERBS, Verb, parameters_of
from partners.tests.way import start

NEW = "+447700900418"
LATER = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def order(transactional_db: None) -> LockOrder:
    return LockOrder()


def staff() -> User:
    return StaffFactory()


def partner_of(request: DisassociationRequest) -> User:
    return administrator_with_number(request.association, of_partner=True)


# --- what each way prepares, and the call that is recorded


def starting() -> Call:
    association = AssociationFactory()
    actor = administrator_with_number(association)
    return partial(start_disassociation, actor=actor, association=association, reason="", ip=None)


def resending() -> Call:
    association = AssociationFactory()
    actor = administrator_with_number(association)
    start(actor, association)
    SmsDevice.objects.update(last_generated_timestamp=None)
    return partial(resend_code, actor=actor, association=association, ip=None)


def submitting(code_of: Callable[[Challenge], str] = code_for, model: str = "reseller", tries: int = 1) -> Call:
    association = AssociationFactory(model=model)
    actor = administrator_with_number(association)
    codes = [code_of(start(actor, association))] * tries

    def submit() -> None:
        for code in codes:
            submit_disassociation(actor=actor, association=association, code=code)

    return submit


def about_a_request(verb: Verb, status: Status, who: str) -> Callable[[], object]:
    now = timezone.now()
    moments = {Status.APPROVED: {"decided_at": now, "complete_at": now}, Status.WITHDRAWN: {"closed_at": now}}
    request = RequestFactory(status=status, **moments.get(status, {}))
    with_credit(request.customer)
    actors = {"customer": request.requested_by, "partner": partner_of(request), "staff": staff()}
    given = {"actor": actors[who], "request": request, "reason": "By agreement"}
    return partial(verb, **{name: given[name] for name in parameters_of(verb)})


def associating() -> Call:
    return partial(
        associate, actor=staff(), customer=CustomerFactory(), partner=PartnerFactory(), model="reseller", reason="Yes"
    )


def beginning() -> Call:
    call = partial(
        begin_association,
        actor=None,
        side=Side.VENDOR,
        customer=CustomerFactory(),
        partner=PartnerFactory(),
        model="referral",
        reason="-",
    )
    return transaction.atomic(call)


def with_credit(customer: Tenant) -> Tenant:
    ArrearsFactory(tenant=customer, amount=0)
    return customer


def under_lock(customer: Tenant, call: Call) -> Call:
    """The call in a transaction that has locked the customer, as its callers do."""

    def locked() -> None:
        Tenant.objects.select_for_update(no_key=True).get(pk=customer.pk)
        call()

    return transaction.atomic(locked)


def changing_association(verb: Any, **given: Any) -> Call:
    association = AssociationFactory()
    return under_lock(with_credit(association.customer), partial(verb, association=association, **given))


def changing_tenant(verb: Any, **given: Any) -> Call:
    tenant = CustomerFactory()
    return under_lock(tenant, partial(verb, tenant=tenant, **given))


def clearing_credit() -> Call:
    customer = with_credit(CustomerFactory())
    return under_lock(customer, partial(clear_credit_limit, customer_id=customer.pk))


def granting() -> Call:
    return partial(grant, actor=staff(), customer=CustomerFactory(), reason="Typed by mistake")


def putting_in_force() -> Call:
    return partial(put_in_force, actor=staff(), draft=Policy(request_limit=2), follows=1, changed=["request_limit"])


def saving(record: Any, *changed: str) -> Call:
    return partial(save_record, actor=staff(), record=record, changed=changed)


def saving_a_feed() -> Call:
    feed = FactFeedFactory(tenant=CustomerFactory(), kind=FactKind.ORDERS, keeper=FactFeed.Keeper.PORTAL)
    feed.keeper, feed.synced_at = FactFeed.Keeper.EXTERNAL, timezone.now()
    return saving(feed, "keeper", "synced_at")


def marking_read(user: User) -> Call:
    queue_notices(user)
    return partial(mark_read, actor=user, until=timezone.now())


def beginning_a_number(user: User) -> Call:
    return partial(start_number_change, actor=user, number=NEW, ip=None)


def entering_a_number_code(operation: Any, purpose: Purpose, user: User, **given: Any) -> Call:
    beginning_a_number(user)()
    code = code_for(Challenge.objects.open().get(user=user, purpose=purpose))
    return partial(operation, actor=user, code=code, **given)


def resending_a_number_code() -> Call:
    user = UserFactory()
    beginning_a_number(user)()
    SmsDevice.objects.update(last_generated_timestamp=None)
    return partial(resend_number_code, actor=user, purpose=Purpose.CONFIRM_NUMBER, ip=None)


def resending_a_notice() -> Call:
    row = queued(Channel.EMAIL)
    Notification.objects.update(state=Notification.State.FAILED)
    return partial(resend_notice, actor=staff(), notification=row, reason="Again")


def importing(adopts: bool) -> Call:
    """Two customers: one is renamed, gets a currency, a contract and another partner; one is new."""
    association = AssociationFactory(customer__currency="")
    with_credit(association.customer)
    for kind in FactKind:
        FactFeedFactory(
            tenant=association.customer, kind=kind, keeper=FactFeed.Keeper.EXTERNAL, synced_at=timezone.now()
        )
    customers = [
        BilledCustomer(
            key, "New name", "Castlegate", "EUR", LATER, (Commitment("c-1", Kind.CONTRACT, "Spend", LATER),), (), ()
        )
        for key in (association.customer.key, "lumen:new")
    ]
    run = Run("reseller", timezone.now() + timedelta(days=1), adopts=adopts)
    import_partners(["Castlegate"], run)
    return partial(import_customers, customers, run)


WAYS: dict[str, tuple[Any, Callable[[], Call]]] = {
    "start": (start_disassociation, starting),
    "resend": (resend_code, resending),
    "submit": (submit_disassociation, submitting),
    "submit a referral": (submit_disassociation, partial(submitting, model="referral")),
    "submit twice": (submit_disassociation, partial(submitting, tries=2)),
    "wrong codes": (submit_disassociation, partial(submitting, not_the_code_of, tries=6)),
    "associate": (associate, associating),
    "begin an association": (begin_association, beginning),
    "end an association": (
        end_association,
        partial(changing_association, end_association, side=Side.VENDOR, at=timezone.now()),
    ),
    "change the model": (change_model, partial(changing_association, change_model, model="referral")),
    "grant": (grant, granting),
    "put in force": (put_in_force, putting_in_force),
    "save a fact": (save_record, saving_a_feed),
    "save a tenant": (save_record, lambda: saving(CustomerFactory(), "name")),
    "save a login": (save_record, lambda: saving(UserFactory(), "role")),
    "password link": (
        record_password_link,
        lambda: _in_transaction(record_password_link, user=UserFactory(), reason="-"),
    ),
    "create a login": (
        create_login,
        lambda: partial(create_login, actor=None, tenant=CustomerFactory(), role="member", username="kim"),
    ),
    "take a currency": (take_currency, partial(changing_tenant, take_currency, currency="USD")),
    "rename a tenant": (rename_tenant, partial(changing_tenant, rename_tenant, name="Another name")),
    "clear the credit limit": (clear_credit_limit, clearing_credit),
    "set the currency": (set_currency, lambda: partial(set_currency, actor=UserFactory(), currency="USD")),
    "export": (export_log, lambda: partial(export_log, actor=UserFactory(), filters="")),
    "mark read": (mark_read, lambda: marking_read(UserFactory())),
    "begin a number": (start_number_change, lambda: beginning_a_number(UserFactory())),
    "replace a number": (start_number_change, lambda: beginning_a_number(SmsDeviceFactory().user)),
    "release a number": (
        release_old_number,
        lambda: entering_a_number_code(release_old_number, Purpose.RELEASE_NUMBER, SmsDeviceFactory().user, ip=None),
    ),
    "confirm a number": (
        confirm_number,
        lambda: entering_a_number_code(confirm_number, Purpose.CONFIRM_NUMBER, UserFactory()),
    ),
    "resend for a number": (resend_number_code, resending_a_number_code),
    "a wrong password": (note_wrong_password, lambda: partial(note_wrong_password, actor=UserFactory())),
    "change the password": (change_password, lambda: partial(change_password, actor=UserFactory(), password=PASSWORD)),
    "set the password by link": (
        set_password_by_link,
        lambda: partial(set_password_by_link, actor=UserFactory(), password=PASSWORD),
    ),
    "a refused change of the password": (
        note_refused_change,
        lambda: partial(note_refused_change, actor=UserFactory()),
    ),
    "a role that may not": (
        refuse_by_role,
        lambda: partial(refuse_by_role, actor=UserFactory(), operation=Operation.GRANTED),
    ),
    "a link by mail": (send_password_link, lambda: partial(send_password_link, user=UserFactory())),
    "resend a notice": (resend_notice, resending_a_notice),
    "deliver": (deliver_channel, lambda: _after(queued, partial(deliver_channel, Channel.EMAIL))),
    **import_ways.WAYS,
    "import": (import_customers, partial(importing, adopts=False)),
    "import and adopt": (import_customers, partial(importing, adopts=True)),
}


def _in_transaction(operation: Any, **given: Any) -> Call:
    return partial(operation, actor=staff(), **given)


def _after(preparation: Call, call: Call) -> Call:
    preparation()
    return call


def test_every_verb_has_a_way() -> None:
    assert set(VERBS) - set(OF_REQUESTS) - {verb for verb, _prepare in WAYS.values()} == set()


@only_on_postgresql
@pytest.mark.parametrize("name", WAYS)
def test_locks_are_taken_in_the_order_of_the_house(name: str, order: LockOrder) -> None:
    call = WAYS[name][1]()
    with order.recording():
        call()
    assert order.locks > 0
    assert order.violations() == []


@only_on_postgresql
@pytest.mark.parametrize("verb", OF_REQUESTS)
def test_a_verb_of_a_request_takes_its_locks_in_that_order_too(verb: Verb, order: LockOrder) -> None:
    """By its signature alone: for a request in each of three statuses, by either side and by staff."""
    answers = []
    for status, who in product((Status.PENDING, Status.APPROVED, Status.WITHDRAWN), ("customer", "partner", "staff")):
        call = about_a_request(verb, status, who)
        with order.recording(), suppress(PermissionDenied):
            answers.append(call())
    assert answers, "Nobody may."
    assert order.locks > 0
    assert order.violations() == []


@only_on_postgresql
def test_an_operation_that_took_them_the_other_way_round_would_be_found(order: LockOrder) -> None:
    request = RequestFactory()
    with order.recording(), transaction.atomic():
        DisassociationRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        Association.objects.select_for_update(no_key=True).get(pk=request.association_id)
    assert order.violations() == [["partners_disassociationrequest", "partners_association"]]


@only_on_postgresql
def test_a_fact_that_is_written_without_the_lock_of_its_tenant_would_be_found(order: LockOrder) -> None:
    FactFeedFactory(tenant=CustomerFactory(), kind=FactKind.ORDERS)
    with order.recording(), transaction.atomic():
        FactFeed.objects.update(keeper=FactFeed.Keeper.PORTAL)
    assert order.violations() == [["accounts_factfeed"]]


@only_on_postgresql
def test_each_transaction_is_held_to_the_order_by_itself(order: LockOrder) -> None:
    request, tenant = RequestFactory(), CustomerFactory()
    with order.recording():
        DisassociationRequest.objects.filter(pk=request.pk).update(reason="-")
        Tenant.objects.filter(pk=tenant.pk).update(name="-")
    assert (order.locks, order.violations()) == (2, [])
