"""An import while staff work on the same customer: both are done, one after the other."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from unittest import mock

from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import FactFeed, FactKind, OperationLogEntry, ReservedInstance, Tenant, User
from accounts.operations import records
from accounts.operations.records import save_record
from accounts.source_keys import sibling_key
from accounts.tests.factories import CustomerFactory, FactFeedFactory, StaffFactory
from accounts.tests.races.protections import Meeting, holding_before, only_on_postgresql
from accounts.tests.races.racing import CALLERS, Race, in_rounds
from partners.focus.customers import BilledCustomer, Commitment
from partners.focus.importing import import_customers, import_partners
from partners.focus.kinds import Kind
from partners.focus.run import Report, Run
from partners.models import Association, Partner

ISSUER = "Castlegate"
PERIOD = datetime(2026, 1, 1, tzinfo=UTC)
PREFIXES = ("", "/subscriptions/")
FEED = FactKind.RESERVED_INSTANCES


def customer_with_a_feed() -> Tenant:
    """Its currency is not set, so that an import has an entry to write before it stamps the feed."""
    customer = CustomerFactory(currency="")
    FactFeedFactory(tenant=customer, kind=FEED, keeper=FactFeed.Keeper.EXTERNAL, synced_at=timezone.now())
    FactFeedFactory(tenant=customer, kind=FactKind.COMMERCE_CONTRACTS, keeper=FactFeed.Keeper.EXTERNAL)
    return customer


def import_it(customer: Tenant) -> Report:
    run = Run(Association.Model.RESELLER, timezone.now())
    return import_customers([BilledCustomer(customer.key, "", ISSUER, "EUR", PERIOD, (), (), ())], run)


def edit_feed(customer: Tenant, actor: User) -> None:
    """As the admin's form does it: read, change, save, in one transaction."""
    with transaction.atomic():
        feed = FactFeed.objects.get(tenant=customer, kind=FEED)
        feed.synced_at = timezone.now()
        save_record(actor=actor, record=feed, changed=["synced_at"])


def known_issuer() -> None:
    import_partners([ISSUER], Run(Association.Model.RESELLER, timezone.now()))


@in_rounds
def test_imports_at_once_associate_a_customer_once(race: Race) -> None:
    known_issuer()
    customer = customer_with_a_feed()
    race(*[lambda: import_it(customer)] * CALLERS)
    assert Association.objects.filter(customer=customer).count() == 1
    customer.refresh_from_db()
    assert customer.currency == "EUR"
    assert OperationLogEntry.objects.filter(customer=customer, operation="associated").count() == 1
    assert OperationLogEntry.objects.filter(customer=customer, operation="currency-set").count() == 1


def first_import(*keys: str) -> Callable[[], None]:
    """All that a first import does, of customers and an issuer that nobody knows yet."""

    def bring() -> None:
        run = Run(Association.Model.RESELLER, timezone.now())
        commitments = (Commitment("ri-1", Kind.RESERVATION, "", PERIOD, sibling_key(keys[0], "ri-1")),)
        import_partners([ISSUER], run)
        customers = [BilledCustomer(key, "Name", ISSUER, "EUR", PERIOD, commitments, (), ()) for key in keys]
        import_customers(customers, run)

    return bring


@in_rounds
def test_first_imports_at_once_add_each_row_once(race: Race) -> None:
    stem = secrets.token_hex(4)
    keys = [f"Lumen:{stem}-{number}" for number in range(5)]
    race(first_import(*keys), first_import(*reversed(keys)), first_import(*keys[1:]), first_import(*keys[:3]))
    tenants = Tenant.objects.filter(key__in=keys)
    assert tenants.count() == 5
    for table in (Association.objects, OperationLogEntry.objects.filter(operation="associated")):
        assert table.filter(customer__in=tenants).count() == 5
    assert ReservedInstance.objects.filter(tenant__in=tenants).count() == 5
    assert FactFeed.objects.filter(tenant__in=tenants).count() == 5 * len(FactKind)
    assert Partner.objects.filter(tenant__key=f"issuer:{ISSUER}").count() == 1


@in_rounds
def test_imports_at_once_that_spell_a_new_account_differently_add_it_once(race: Race) -> None:
    stem = secrets.token_hex(4)
    race(*[first_import(f"Microsoft:{case(prefix + stem)}") for prefix in PREFIXES for case in (str.upper, str.lower)])
    assert Tenant.objects.filter(match_key=f"microsoft:{stem}").count() == 1


@in_rounds
def test_imports_and_edits_of_a_feed_at_once_wait_for_each_other(race: Race) -> None:
    known_issuer()
    customer, actor = customer_with_a_feed(), StaffFactory()
    half = CALLERS // 2
    race(*[lambda: import_it(customer)] * half, *[lambda: edit_feed(customer, actor)] * half)
    assert OperationLogEntry.objects.filter(customer=customer, remark_word="record-changed").count() == half


@only_on_postgresql
def test_without_the_lock_of_the_tenant_an_import_and_an_edit_lock_each_other_out(race: Race) -> None:
    known_issuer()
    customer, actor = customer_with_a_feed(), StaffFactory()
    both = Meeting(parties=2)

    def edit() -> None:
        """Has the feed, wants the head of the log."""
        with holding_before(('SELECT "accounts_chainhead"',), both):
            edit_feed(customer, actor)

    def bring() -> None:
        """Has the head of the log, wants the feed."""
        with holding_before(('UPDATE "accounts_factfeed"',), both):
            import_it(customer)

    with mock.patch.object(records, "_lock_tenants"):
        answers = race(edit, bring, faults=(OperationalError,))
    assert sum("deadlock detected" in str(answer) for answer in answers) == 1
