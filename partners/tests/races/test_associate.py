"""Beginning an association, and new versions of policy and statement: staff at the same time."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, OperationalError

from accounts.log.append import VENDOR_CHAIN
from accounts.models import Operation, OperationLogEntry, Tenant
from accounts.tests.factories import CustomerFactory, StaffFactory
from accounts.tests.races.books import assert_one_done
from accounts.tests.races.protections import on_this_database, without_constraint, without_locks, without_uniqueness
from accounts.tests.races.racing import CALLERS, Call, Race, in_rounds, kinds
from partners.models import Association, Policy
from partners.operations.associate import AlreadyAssociated, Associated, associate
from partners.operations.put_in_force import put_in_force
from partners.tests.factories import PartnerFactory

LOSERS = CALLERS - 1


def associations(customer: Tenant) -> list[Call]:
    """Eight of the staff, each with another partner."""
    return [
        partial(
            associate,
            actor=StaffFactory(),
            customer=customer,
            partner=PartnerFactory(),
            model=Association.Model.RESELLER,
            reason="By agreement",
        )
        for _ in range(CALLERS)
    ]


@in_rounds
def test_of_eight_associations_at_once_one_begins(race: Race) -> None:
    customer = CustomerFactory()
    answers = race(*associations(customer))
    assert kinds(answers) == {Associated: 1, AlreadyAssociated: LOSERS}
    made = Association.objects.get(customer=customer)
    assert {answer.association for answer in answers} == {made}  # type: ignore[attr-defined]
    assert_one_done(made.chain, Operation.ASSOCIATED, losers=0)


def test_the_constraint_alone_lets_one_association_begin_and_the_others_break(race: Race) -> None:
    customer = CustomerFactory()
    with without_locks(race, Tenant):
        answers = race(*associations(customer), faults=(IntegrityError, OperationalError))
    lost = on_this_database(postgresql=IntegrityError, sqlite=OperationalError)
    assert kinds(answers) == {Associated: 1, lost: LOSERS}


def test_without_lock_and_constraint_a_customer_has_eight_partners(race: Race) -> None:
    customer = CustomerFactory()
    with without_constraint(Association, "association_is_one_active_per_customer"):
        with without_locks(race, Tenant):
            race(*associations(customer), faults=(OperationalError,))
        active = Association.objects.active().filter(customer=customer).count()
        assert active == on_this_database(postgresql=CALLERS, sqlite=1)


# --- new versions


def versions(follows: int) -> list[Call]:
    """Eight of the staff, each with another change of the same version."""
    return [
        partial(
            put_in_force,
            actor=StaffFactory(),
            draft=Policy(request_limit=limit),
            follows=follows,
            changed=["request_limit"],
        )
        for limit in range(2, 2 + CALLERS)
    ]


@in_rounds
def test_of_eight_policies_put_in_force_at_once_one_is(race: Race) -> None:
    before = Policy.current().version
    answers = race(*versions(before), faults=(IntegrityError,))
    assert kinds(answers) == {type(None): 1, IntegrityError: LOSERS}
    assert Policy.current().version == before + 1
    entries = OperationLogEntry.objects.filter(chain=VENDOR_CHAIN, operation=Operation.RECORD_CHANGED)
    assert entries.count() == Policy.objects.exclude(version=1).count()


def test_without_its_uniqueness_a_version_is_put_in_force_eight_times(race: Race) -> None:
    with without_uniqueness(Policy, "version"):
        race(*versions(Policy.current().version))
        assert Policy.objects.filter(version=2).count() == CALLERS
