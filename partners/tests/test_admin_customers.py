"""Admin verbs for customers: associate with a partner, grant a further request."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Operation, OperationLogEntry, Tenant
from accounts.tests.admin_pages import act, clerk, client_of, messages_in, newest_entry, page
from accounts.tests.factories import CustomerFactory, PartnerTenantFactory, StaffFactory, UserFactory
from partners.models import Association, Grant, Partner
from partners.tests.factories import AssociationFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(StaffFactory())


def choice(**values: Any) -> dict[str, Any]:
    return {"partner": PartnerFactory().pk, "model": "reseller", "reason": "Contract 7", **values}


def test_a_customer_is_associated_with_a_reason(client: Client) -> None:
    customer = CustomerFactory(name="Westmoor Holdings")
    response = client.post(act(customer, "associate"), choice(), follow=True)
    assert "Westmoor Holdings is now associated with" in messages_in(response)
    assert (newest_entry().operation, newest_entry().remark_data["reason"]) == ("associated", "Contract 7")


@pytest.mark.parametrize("missing", ["partner", "model", "reason"])
def test_nothing_is_associated_while_something_is_missing(client: Client, missing: str) -> None:
    response = client.post(act(CustomerFactory(), "associate"), choice(**{missing: ""}))
    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert not Association.objects.exists()


def test_a_partner_that_is_not_active_cannot_be_chosen(client: Client) -> None:
    partner = PartnerFactory(tenant__is_active=False)
    response = client.post(act(CustomerFactory(), "associate"), choice(partner=partner.pk))
    assert response.status_code == 422


def test_associating_an_associated_customer_shows_a_message(client: Client, association: Association) -> None:
    response = client.post(act(association.customer, "associate"), choice(), follow=True)
    assert f"already associated with {association.partner.tenant.name}" in messages_in(response)
    assert Association.objects.count() == 1


def test_a_partner_is_neither_associated_nor_granted_anything(client: Client) -> None:
    tenant = PartnerFactory().tenant
    assert "not a customer" in messages_in(client.post(act(tenant, "associate"), choice(), follow=True))
    assert "not a customer" in messages_in(client.post(act(tenant, "grant"), {"reason": "Please"}, follow=True))
    assert not Association.objects.exists()
    assert not Grant.objects.exists()


def test_a_partner_is_offered_neither(client: Client) -> None:
    text = client.get(page(Tenant, "change", PartnerFactory().tenant.pk)).content.decode()
    assert "/act/associate/" not in text
    assert "/act/grant/" not in text


def test_a_further_request_is_granted_with_a_reason(client: Client) -> None:
    customer = CustomerFactory()
    response = client.post(act(customer, "grant"), {"reason": "Typed by mistake"}, follow=True)
    assert "can send one further request" in messages_in(response)
    assert Grant.objects.get().reason == "Typed by mistake"
    assert newest_entry().operation == Operation.GRANTED


def test_nothing_is_granted_without_a_reason(client: Client) -> None:
    assert client.post(act(CustomerFactory(), "grant"), {"reason": ""}).status_code == 422
    assert not Grant.objects.exists()


def test_a_second_click_grants_nothing_more(client: Client) -> None:
    customer = CustomerFactory()
    client.post(act(customer, "grant"), {"reason": "Typed by mistake"})
    response = client.post(act(customer, "grant"), {"reason": "Typed by mistake"}, follow=True)
    assert "already has a grant that is not used yet" in messages_in(response)
    assert Grant.objects.count() == 1


def test_several_customers_are_associated_from_the_list(client: Client) -> None:
    rows = [CustomerFactory(), CustomerFactory()]
    sent = {"action": "associate", "_selected_action": [row.pk for row in rows], "index": "0"}
    client.post(client.post("/admin/accounts/tenant/", sent)["Location"], choice())
    assert {row.customer for row in Association.objects.active()} == set(rows)


@pytest.mark.parametrize("word", ["associate", "grant"])
def test_staff_without_the_permission_do_neither(word: str) -> None:
    client = client_of(clerk("accounts.change_tenant", "partners.view_association", "partners.view_grant"))
    assert client.post(act(CustomerFactory(), word), choice()).status_code == 403
    assert not Association.objects.exists()
    assert not Grant.objects.exists()


def test_staff_with_the_permission_do_both() -> None:
    client = client_of(clerk("accounts.view_tenant", "partners.add_association", "partners.add_grant"))
    customer = CustomerFactory()
    client.post(act(customer, "associate"), choice())
    client.post(act(customer, "grant"), {"reason": "Typed by mistake"})
    assert Association.objects.count() == Grant.objects.count() == 1


@pytest.mark.parametrize("word", ["associate", "grant"])
def test_users_of_a_tenant_do_neither(word: str) -> None:
    customer = CustomerFactory()
    response = client_of(UserFactory(tenant=customer)).post(act(customer, word), choice(), follow=True)
    assert response.status_code == 403
    assert not OperationLogEntry.objects.filter(result="done").exists()


@pytest.mark.parametrize("model", [Association, Grant])
def test_neither_is_made_by_a_form(client: Client, model: type[Any]) -> None:
    assert client.post(page(model, "add"), {}).status_code == 403


def test_an_association_cannot_be_ended_by_a_form(client: Client) -> None:
    association = AssociationFactory()
    assert client.post(page(Association, "change", association.pk), {"ended_by": "vendor"}).status_code == 403
    assert Association.objects.active().exists()


def test_a_tenant_becomes_a_partner_and_that_is_recorded(client: Client) -> None:
    tenant = PartnerTenantFactory()
    client.post(page(Partner, "add"), {"tenant": tenant.pk})
    assert Partner.objects.get().tenant == tenant
    assert (newest_entry().operation, newest_entry().partner) == ("record-changed", tenant)


def test_a_customer_does_not_become_a_partner(client: Client) -> None:
    response = client.post(page(Partner, "add"), {"tenant": CustomerFactory().pk})
    assert "tenant" in response.context["adminform"].form.errors
    assert not Partner.objects.exists()
