"""Every operation takes its locks in one order, so that no two can wait for each other.

The ways below drive every operation of both apps; one that has none fails the first test.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

import accounts.operations
import partners.operations
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
from accounts.operations.password_link import claim_password_link
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
from accounts.tests.notices import queued
from accounts.tests.races.protections import only_on_postgresql
from accounts.tests.races.racing import Call
from partners.focus.customers import BilledCustomer, Commitment
from partners.focus.importing import import_customers, import_partners
from partners.focus.kinds import Kind
from partners.focus.run import Run
from partners.models import Association, DisassociationRequest, Policy, Status
from partners.operations import (
    approve,
    associate,
    begin_association,
    cancel,
    change_model,
    complete,
    end_association,
    grant,
    mark_seen,
    reject,
    resend_code,
    start_disassociation,
    submit_disassociation,
    withdraw,
)
from partners.operations.put_in_force import put_in_force
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory, administrator_with_number
from partners.tests.races import fact_ways
from partners.tests.races.lock_order import LockOrder
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


def deciding(verb: Any, status: Status = Status.PENDING, **given: Any) -> Call:
    request = RequestFactory(status=status, closed_at=None if status == Status.PENDING else timezone.now())
    with_credit(request.customer)
    return partial(verb, actor=partner_of(request), request=request, **given)


def withdrawing() -> Call:
    request = RequestFactory()
    return partial(withdraw, actor=request.requested_by, request=request)


def cancelling() -> Call:
    return partial(cancel, actor=staff(), request=RequestFactory(), reason="By agreement")


def completing() -> Call:
    now = timezone.now()
    request = RequestFactory(status=Status.APPROVED, decided_at=now, decided_by="partner", complete_at=now)
    with_credit(request.customer)
    return partial(complete, request=request)


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
    "approve": (approve, partial(deciding, approve)),
    "approve too late": (approve, partial(deciding, approve, Status.WITHDRAWN)),
    "reject": (reject, partial(deciding, reject, reason="No")),
    "see": (mark_seen, partial(deciding, mark_seen)),
    "withdraw": (withdraw, withdrawing),
    "cancel": (cancel, cancelling),
    "complete": (complete, completing),
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
    "mark read": (mark_read, lambda: partial(mark_read, actor=UserFactory(), until=timezone.now())),
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
    "a link by mail": (claim_password_link, lambda: partial(claim_password_link, user=UserFactory())),
    "resend a notice": (resend_notice, resending_a_notice),
    "deliver": (deliver_channel, lambda: _after(queued, partial(deliver_channel, Channel.EMAIL))),
    **fact_ways.WAYS,
    "import": (import_customers, partial(importing, adopts=False)),
    "import and adopt": (import_customers, partial(importing, adopts=True)),
}


def _in_transaction(operation: Any, **given: Any) -> Call:
    return partial(operation, actor=staff(), **given)


def _after(preparation: Call, call: Call) -> Call:
    preparation()
    return call


def operations_of(package: ModuleType) -> Iterator[str]:
    """The verbs: public functions that take keyword arguments only."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
            if (
                function.__module__ == found.name
                and not name.startswith("_")
                and kinds == {inspect.Parameter.KEYWORD_ONLY}
            ):
                yield f"{found.name}.{name}"


def test_every_operation_has_a_way() -> None:
    driven = {f"{operation.__module__}.{operation.__name__}" for operation, _prepare in WAYS.values()}
    assert {*operations_of(accounts.operations), *operations_of(partners.operations)} - driven == set()


@only_on_postgresql
@pytest.mark.parametrize("name", WAYS)
def test_locks_are_taken_in_the_order_of_the_house(name: str, order: LockOrder) -> None:
    call = WAYS[name][1]()
    with order.recording():
        call()
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
