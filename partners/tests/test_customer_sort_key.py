"""The sort key of an association is that of its customer's name, whichever way the customer is renamed."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Side, Tenant
from accounts.operations.records import save_record
from accounts.operations.rename import rename_tenant
from accounts.tests.admin_pages import client_of, form_of, page
from accounts.tests.factories import CustomerFactory, StaffFactory
from partners.models import Association
from partners.models.association import sort_key
from partners.operations.associate import Associated, associate
from partners.tests.factories import AssociationFactory, PartnerFactory

pytestmark = pytest.mark.django_db
NEW_NAME = "Ärger Ltd"


def key_of(association: Association) -> str:
    return Association.objects.values_list("customer_sort_key", flat=True).get(pk=association.pk)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Northfield Traders", "northfield traders"),
        ("ÉTAGE Öl", "etage ol"),
        ("Straße", "strasse"),
        ("\uff2dizu", "mizu"),  # a full-width M
        ("東京", "東京"),
    ],
)
def test_case_accents_and_widths_do_not_count(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_a_key_fits_into_its_column_however_its_letters_unfold() -> None:
    eighteen_letters = "\ufdfa"
    assert len(sort_key(eighteen_letters * 200)) == 200


def test_an_association_begins_with_the_key_of_its_customer(association: Association) -> None:
    assert key_of(association) == sort_key(association.customer.name)


def test_the_form_of_the_admin_keeps_it(association: Association) -> None:
    staff, url = client_of(StaffFactory()), page(Tenant, "change", association.customer_id)
    staff.post(url, {**form_of(staff.get(url)), "name": NEW_NAME})
    assert key_of(association) == "arger ltd"


def test_the_operation_of_an_import_keeps_it(association: Association) -> None:
    rename_tenant(tenant=association.customer, name=NEW_NAME)
    assert key_of(association) == "arger ltd"


def test_an_import_keeps_it(tmp_path: Path) -> None:
    for name in ("Northfield", NEW_NAME):
        file = tmp_path / "focus.csv"
        columns = "SubAccountId,SubAccountName,BillingAccountId,BillingCurrency,BillingPeriodStart,ProviderName"
        row = f"100,{name},900,EUR,2025-09-01 00:00:00,Lumen"
        file.write_text(f"{columns},InvoiceIssuerName\n{row},Harbourline Systems\n")
        call_command("import_focus", str(file), "--model", "reseller")
        assert key_of(Association.objects.get()) == sort_key(name)


def test_a_former_association_keeps_it_too(association: Association) -> None:
    former = AssociationFactory(customer=association.customer, ended_at=timezone.now(), ended_by=Side.CUSTOMER)
    rename_tenant(tenant=association.customer, name=NEW_NAME)
    assert key_of(former) == "arger ltd"


def test_a_rename_leaves_other_customers_alone(association: Association) -> None:
    other = AssociationFactory()
    rename_tenant(tenant=association.customer, name=NEW_NAME)
    assert key_of(other) == sort_key(other.customer.name)


def test_a_partner_that_is_renamed_changes_no_key(association: Association) -> None:
    before = key_of(association)
    rename_tenant(tenant=association.partner.tenant, name=NEW_NAME)
    assert key_of(association) == before


def test_another_change_of_the_customer_writes_no_key(association: Association) -> None:
    association.customer.name = "Never saved"
    association.customer.contact_phone = "+442079460000"
    save_record(actor=StaffFactory(), record=association.customer, changed=["contact_phone"])
    assert key_of(association) != "never saved"


def test_a_rename_that_is_rolled_back_leaves_the_key(association: Association) -> None:
    before = key_of(association)
    with transaction.atomic():
        rename_tenant(tenant=association.customer, name=NEW_NAME)
        transaction.set_rollback(True)
    assert key_of(association) == before


def test_an_association_that_begins_after_a_rename_has_the_new_name(staff_page_is_old: Tenant) -> None:
    answer = associate(
        actor=StaffFactory(), customer=staff_page_is_old, partner=PartnerFactory(), model="referral", reason="Contract"
    )
    assert isinstance(answer, Associated)
    assert key_of(answer.association) == "arger ltd"


@pytest.fixture
def staff_page_is_old() -> Tenant:
    """A customer as it was read before somebody renamed it."""
    customer = CustomerFactory()
    rename_tenant(tenant=Tenant.objects.get(pk=customer.pk), name=NEW_NAME)
    return customer


def test_the_migration_fills_the_key_of_every_association(association: Association) -> None:
    former = AssociationFactory(ended_at=timezone.now(), ended_by=Side.CUSTOMER)
    expected = key_of(association), key_of(former)
    Association.objects.update(customer_sort_key="")
    filling = importlib.import_module("partners.migrations.0005_fill_customer_sort_key")
    filling.fill(apps, SimpleNamespace(connection=connection))
    assert (key_of(association), key_of(former)) == expected
