"""Every model has admin pages, and nothing can be deleted."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.test import Client

from accounts.models import (
    Tenant,
)
from accounts.tests.admin_pages import clerk, client_of, page
from accounts.tests.factories import CustomerFactory, StaffFactory

TABLES = [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("partners").get_models(), Group]


@pytest.fixture
def staff(db: None) -> Client:
    return client_of(StaffFactory())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_table_is_registered(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_list_opens_and_can_be_searched(staff: Client, model: type[Model]) -> None:
    assert staff.get(page(model, "changelist")).status_code == 200
    assert staff.get(page(model, "changelist"), {"q": "O'Hara %_ Limited"}).status_code == 200


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_list_offers_to_delete(staff: Client, model: type[Model]) -> None:
    assert b"delete_selected" not in staff.get(page(model, "changelist")).content


def test_an_anonymous_visitor_goes_to_the_login_of_the_portal(client: Client, db: None) -> None:
    response = client.get("/admin/", follow=True)
    assert response.request["PATH_INFO"] == "/accounts/login/"
    assert response.context["form"].initial["next"] == "/admin/"


@pytest.mark.parametrize(
    "path", ["chainhead/a%00b/change/", "operationlogentry/?chain__exact=%00", "tenant/?kind__exact=%00"]
)
def test_a_nul_byte_in_an_address_is_400(staff: Client, path: str) -> None:
    assert staff.get(f"/admin/accounts/{path}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "tenant/?kind__regex=(",
        "tenant/?kind__range=1",
        "tenant/?kind__in=a",
        "operationlogentry/?at__year=0",
        "operationlogentry/?at__date=x",
        "factfeed/?kind__iregex=(((a*)*)*)*b",
    ],
)
def test_admin_list_allows_only_the_lookups_of_its_filters(staff: Client, query: str) -> None:
    assert staff.get(f"/admin/accounts/{query}").status_code == 400


def test_lookups_of_the_filters_are_allowed(staff: Client) -> None:
    links = [
        "tenant/?kind__exact=customer",
        "tenant/?is_active__exact=1",
        "operationlogentry/?at__gte=2026-01-01&at__lt=2026-01-02",
    ]
    assert [staff.get(f"/admin/accounts/{link}").status_code for link in links] == [200, 200, 200]
    assert staff.get("/admin/partners/association/?ended_at__isempty=1").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01 00:00:00%2B14:00", "9999-12-31 23:59:59-12:00"])
def test_date_out_of_range_is_no_server_error(staff: Client, day: str) -> None:
    """PostgreSQL accepts the date. SQLite's adapter does not, which is answered with 400."""
    answer = staff.get(f"/admin/accounts/operationlogentry/?at__gte={day}")
    assert answer.status_code == (200 if connection.vendor == "postgresql" else 400)


def test_a_search_for_a_very_long_text_finds_nothing(staff: Client) -> None:
    assert staff.get(page(Tenant, "changelist"), {"q": "a" * 100_000}).status_code == 200


def test_empty_from_field_is_ignored(staff: Client) -> None:
    tenant = CustomerFactory()
    assert staff.get(f"{page(Tenant, 'change', tenant.pk)}?_to_field=").status_code == 200


@pytest.mark.parametrize("key", ["x", "", "1E+400", "\0", "²"])
def test_action_on_an_invalid_primary_key_is_400(staff: Client, key: str) -> None:
    form = {"action": "grant", "_selected_action": ["1", key], "index": "0"}
    assert staff.post(page(Tenant, "changelist"), form).status_code == 400


def test_staff_see_what_their_permissions_allow(db: None) -> None:
    client = client_of(clerk("accounts.view_order"))
    assert client.get("/admin/accounts/order/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403
    assert client.get("/admin/accounts/order/add/").status_code == 403


def test_the_header_names_the_product(staff: Client, settings: Any) -> None:
    settings.PRODUCT_NAME = "Lumenbridge Partners"
    assert b"Lumenbridge Partners administration" in staff.get("/admin/").content


def test_staff_sign_out_by_the_portal(staff: Client) -> None:
    assert b'action="/accounts/logout/"' in staff.get("/admin/").content


@pytest.mark.parametrize("path", ["/admin/", "/admin/password_change/", "/admin/accounts/tenant/add/"])
def test_no_page_has_an_inline_style_or_script(staff: Client, path: str) -> None:
    text = staff.get(path).content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("user", "password__startswith=argon2"),
        ("smsdevice", "number__startswith=%2B1415"),
        ("challenge", "nonce__startswith=a"),
        ("notification", "recipient__password__startswith=argon2"),
        ("operationlogentry", "actor__password__startswith=argon2"),
    ],
)
def test_a_secret_cannot_be_guessed_by_a_filter_in_the_address(staff: Client, model: str, lookup: str) -> None:
    assert staff.get(f"/admin/accounts/{model}/?{lookup}").status_code == 400
