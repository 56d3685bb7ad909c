"""Tenants and billing facts in the admin: changes are logged by field name and validated."""

import re
from typing import Any

import pytest
from django.db.models.signals import pre_save
from django.test import Client

from accounts.models import MemberAccount, Operation, OperationLogEntry, Order, SupportPlan, Tenant
from accounts.tests.admin_pages import clerk, client_of, form_of, messages_in, newest_entry, page
from accounts.tests.factories import (
    ArrearsFactory,
    CustomerFactory,
    FactFeedFactory,
    OrderFactory,
    PartnerTenantFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return client_of(StaffFactory(username="ines"))


def change(staff: Client, row: Any, **values: Any) -> Any:
    url = page(type(row), "change", row.pk)
    return staff.post(url, {**form_of(staff.get(url)), **values}, follow=True)


def test_change_is_logged_with_the_names_of_its_fields(staff: Client) -> None:
    tenant = CustomerFactory()
    change(staff, tenant, contact_phone="+442079460000", name="Renamed Limited")
    entry = newest_entry()
    assert (entry.operation, entry.side, entry.actor and entry.actor.username) == ("record-changed", "vendor", "ines")
    assert entry.remark_data["fields"] == ["contact_phone", "name"]
    assert (entry.chain, entry.customer) == (f"tenant:{tenant.pk}", tenant)


def test_change_is_logged_without_values(staff: Client) -> None:
    change(staff, CustomerFactory(), contact_phone="+442079460000", contact_email="new@lake.example")
    assert "442079460000" not in newest_entry().payload
    assert "lake.example" not in newest_entry().payload


def test_saving_without_a_change_logs_nothing(staff: Client) -> None:
    change(staff, CustomerFactory())
    assert not OperationLogEntry.objects.exists()


def test_a_new_tenant_is_recorded(staff: Client) -> None:
    sent = {"key": "acme:1", "kind": "customer", "name": "Acme", "currency": "EUR", "is_active": "on"}
    staff.post(page(Tenant, "add"), sent)
    assert newest_entry().remark_data["key"] == "acme:1"
    assert newest_entry().remark_word == "record-added"


def test_a_tenant_is_deactivated(staff: Client) -> None:
    tenant = CustomerFactory()
    url = page(Tenant, "change", tenant.pk)
    sent = form_of(staff.get(url))
    del sent["is_active"]
    staff.post(url, sent)
    assert Tenant.objects.get(pk=tenant.pk).is_active is False


def test_kind_and_account_id_of_a_tenant_cannot_be_forged(staff: Client) -> None:
    tenant = CustomerFactory()
    change(staff, tenant, key="other", kind="partner", public_key="zzz", name="Renamed")
    again = Tenant.objects.get(pk=tenant.pk)
    assert (again.key, again.kind, again.public_key) == (tenant.key, tenant.kind, tenant.public_key)


def test_unknown_currency_is_a_form_error(staff: Client) -> None:
    tenant = CustomerFactory()
    response = change(staff, tenant, currency="XXQ")
    assert "currency" in response.context["adminform"].form.errors
    assert Tenant.objects.get(pk=tenant.pk).currency == "EUR"


def test_duplicate_account_id_is_a_form_error(staff: Client) -> None:
    taken = CustomerFactory()
    response = staff.post(page(Tenant, "add"), {"key": taken.key, "kind": "customer", "name": "Twin"})
    assert "key" in response.context["adminform"].form.errors


def test_staff_without_the_permission_change_nothing() -> None:
    tenant = CustomerFactory()
    response = client_of(clerk("accounts.view_tenant")).post(page(Tenant, "change", tenant.pk), {"name": "Mine"})
    assert response.status_code == 403
    assert Tenant.objects.get(pk=tenant.pk).name == tenant.name


def test_an_order_is_added_to_a_customer(staff: Client) -> None:
    customer = CustomerFactory()
    sent = {"tenant": customer.pk, "number": "ORD-7", "ordered_on": "2026-01-02", "amount": "10.00"}
    staff.post(page(Order, "add"), {**sent, "currency": "EUR", "status": "unpaid"})
    assert customer.orders.get().number == "ORD-7"
    assert newest_entry().remark_data["model"] == "order"


def test_an_order_of_a_partner_is_refused(staff: Client) -> None:
    sent = {"tenant": PartnerTenantFactory().pk, "number": "1", "ordered_on": "2026-01-02", "amount": "1"}
    response = staff.post(page(Order, "add"), {**sent, "currency": "EUR", "status": "unpaid"})
    assert "tenant" in response.context["adminform"].form.errors


def test_tenant_of_a_fact_cannot_be_changed(staff: Client) -> None:
    order = OrderFactory(tenant=CustomerFactory())
    change(staff, order, tenant=CustomerFactory().pk, status="paid")
    again = Order.objects.get(pk=order.pk)
    assert (again.tenant, again.status) == (order.tenant, "paid")


def test_amount_beyond_the_limit_is_a_form_error(staff: Client) -> None:
    arrears = ArrearsFactory(tenant=CustomerFactory())
    response = change(staff, arrears, amount="-1")
    assert response.context["adminform"].form.errors
    assert not OperationLogEntry.objects.exists()


def test_plan_that_ends_before_its_start_is_a_form_error(staff: Client) -> None:
    sent = {"tenant": CustomerFactory().pk, "number": "S-1", "provider": "partner", "ended_at_0": "", "ended_at_1": ""}
    times = {"starts_at_0": "2026-02-01", "starts_at_1": "00:00", "ends_at_0": "2026-01-01", "ends_at_1": "00:00"}
    response = staff.post(page(SupportPlan, "add"), {**sent, **times})
    assert response.context["adminform"].form.errors


def test_the_time_of_the_last_sync_cannot_be_forged(staff: Client) -> None:
    feed = FactFeedFactory(tenant=CustomerFactory(), kind="orders", keeper="external")
    change(staff, feed, synced_at_0="2026-01-01", synced_at_1="00:00", keeper="portal")
    feed.refresh_from_db()
    assert (feed.synced_at, feed.keeper) == (None, "portal")


def test_a_membership_is_recorded_for_both_tenants(staff: Client) -> None:
    master, member = CustomerFactory(is_master=True), CustomerFactory()
    sent = {"master": master.pk, "member": member.pk, "accounting": "independent", "since_on": "2026-01-01"}
    staff.post(page(MemberAccount, "add"), sent)
    entries = OperationLogEntry.objects.filter(operation=Operation.RECORD_CHANGED)
    assert {entry.customer for entry in entries} == {master, member}


def test_only_an_enterprise_master_has_members(staff: Client) -> None:
    sent = {"master": CustomerFactory().pk, "member": CustomerFactory().pk, "accounting": "unified"}
    response = staff.post(page(MemberAccount, "add"), {**sent, "since_on": "2026-01-01"})
    assert "master" in response.context["adminform"].form.errors


def test_concurrent_insert_shows_a_message_instead_of_a_server_error(staff: Client) -> None:
    customer = CustomerFactory()
    sent = {"tenant": customer.pk, "number": "ORD-7", "ordered_on": "2026-01-02", "amount": "10.00"}

    def be_first(instance: Order, **kwargs: Any) -> None:
        twin = Order(tenant=customer, number="ORD-7", ordered_on=instance.ordered_on, amount=1, currency="EUR")
        Order.objects.bulk_create([twin])

    pre_save.connect(be_first, sender=Order)
    try:
        response = staff.post(page(Order, "add"), {**sent, "currency": "EUR", "status": "unpaid"}, follow=True)
    finally:
        pre_save.disconnect(be_first, sender=Order)
    assert "We saved nothing" in messages_in(response)
    assert not OperationLogEntry.objects.exists()


def test_a_tenant_is_found_by_the_beginning_of_its_id_or_name(staff: Client) -> None:
    CustomerFactory(key="north:1", name="Westmoor Holdings")
    CustomerFactory(key="south:1", name="Saltmarsh Foods")
    for text in ("north", "Westmoor Hold"):
        rows = staff.get(page(Tenant, "changelist"), {"q": text}).context["cl"].result_list
        assert [row.key for row in rows] == ["north:1"]
    assert not staff.get(page(Tenant, "changelist"), {"q": "moor"}).context["cl"].result_list


def test_orders_are_found_by_the_account_id(staff: Client) -> None:
    order = OrderFactory(tenant=CustomerFactory(key="north:1"))
    OrderFactory(tenant=CustomerFactory(key="south:1"))
    assert list(staff.get(page(Order, "changelist"), {"q": "north:1"}).context["cl"].result_list) == [order]


def test_date_and_time_inputs_have_separate_labels(staff: Client) -> None:
    form = staff.get(page(SupportPlan, "add")).content.decode()
    inputs = re.findall(r'<input[^>]*class="v(?:Date|Time)Field"[^>]*>', form)
    assert len(inputs) == 6
    assert len({re.findall(r'aria-label="([^"]+)"', field)[0] for field in inputs}) == 6


def test_add_form_of_a_tenant_shows_no_generated_key(staff: Client) -> None:
    assert "URL key" not in staff.get(page(Tenant, "add")).content.decode()
    assert "URL key" in staff.get(page(Tenant, "change", CustomerFactory().pk)).content.decode()
