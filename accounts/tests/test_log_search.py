"""The search of the Operation Log: by reference, by ID and by a part of the other side's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.log.search import MOST
from accounts.models import Operation, Side
from accounts.tests.log_people import World, tenant, world

__all__ = ["world"]

CUSTOMER_LOG, PARTNER_LOG = "/my-partner/operation-log/", "/partner/operation-log/"


def found(client: Client, world: World, reader: str, text: str, **more: str) -> list[str]:
    """Return the references of the entries that the reader finds, newest first."""
    user = getattr(world, reader)
    client.force_login(user)
    response: Any = client.get(PARTNER_LOG if user.tenant.is_partner else CUSTOMER_LOG, {"q": text, **more})
    assert response.status_code == 200
    return [part.split('"')[0] for part in response.content.decode().split('data-reference="')[1:]]


@pytest.fixture
def two(world: World) -> World:
    """One entry with each of two partners, and one of a pair that the readers do not belong to."""
    world.append()
    world.append(scope=world.scope(chain="association:2", partner=world.other_partner, reference="D-22222222"))
    strangers = {"customer": world.other_customer, "partner": world.other_partner, "actor": world.other_administrator}
    world.append(scope=world.scope(chain="association:3", reference="D-33333333", **strangers))
    return world


@pytest.mark.parametrize("text", ["D-7K3M9QXA", "d-7k3m9qxa", " D-7K3M9QXA "])
@pytest.mark.parametrize("reader", ["administrator", "member", "partner_administrator"])
def test_reference_is_found_in_any_case(client: Client, two: World, reader: str, text: str) -> None:
    assert found(client, two, reader, text) == ["D-7K3M9QXA"]


@pytest.mark.parametrize("text", ["Harbourline Systems", "harbour", "LINE SYS", "harbourline-systems"])
def test_customer_finds_a_partner_by_part_of_its_name_or_by_its_id(client: Client, two: World, text: str) -> None:
    assert found(client, two, "administrator", text) == ["D-7K3M9QXA"]


@pytest.mark.parametrize("text", ["north", "Northfield Traders", "northfield-traders"])
def test_partner_finds_a_customer_by_part_of_its_name_or_by_its_id(client: Client, two: World, text: str) -> None:
    assert found(client, two, "other_partner_administrator", text) == ["D-22222222"]


@pytest.mark.parametrize("text", ["D-33333333", "Millbrook", "millbrook-foods"])
@pytest.mark.parametrize("reader", ["administrator", "partner_administrator"])
def test_entries_of_other_tenants_are_not_found(client: Client, two: World, reader: str, text: str) -> None:
    assert found(client, two, reader, text) == []


@pytest.mark.parametrize("text", ["dana", "olga", "%", "_", "\\", "' OR 1=1 --", "(", "northfield-admin@"])
def test_people_and_patterns_are_not_found(client: Client, two: World, text: str) -> None:
    assert found(client, two, "administrator", text) == []
    assert found(client, two, "other_partner_administrator", text) == []


def test_search_joins_the_other_filters(client: Client, two: World) -> None:
    two.append(Operation.APPROVED, scope=two.scope(side=Side.PARTNER, actor=two.partner_administrator))
    assert len(found(client, two, "administrator", "harbour")) == 2
    assert len(found(client, two, "administrator", "harbour", operation="approved")) == 1


def test_attempts_of_the_other_side_are_not_found_by_their_reference(client: Client, two: World) -> None:
    two.append(Operation.CODE_SENT, scope=two.scope(side=Side.PARTNER, actor=two.partner_administrator))
    assert len(found(client, two, "partner_administrator", "D-7K3M9QXA")) == 2
    assert len(found(client, two, "administrator", "D-7K3M9QXA")) == 1


def many_customers(world: World, count: int) -> None:
    for number in range(count):
        customer = tenant("customer", f"Branch {number}")
        world.append(scope=world.scope(chain=f"association:1{number}", customer=customer, reference=f"D-{number:08d}"))


def test_a_name_that_too_many_organisations_have_is_refused_with_its_text(client: Client, world: World) -> None:
    many_customers(world, MOST + 1)
    client.force_login(world.partner_administrator)
    response: Any = client.get(PARTNER_LOG, {"q": "branch"})
    assert response.status_code == 422
    assert f"More than {MOST} organisations match" in response.content.decode()
    assert 'value="branch"' in response.content.decode()
    assert len(found(client, world, "partner_administrator", "Branch 1")) == 11


def test_names_of_other_tenants_do_not_count(client: Client, world: World) -> None:
    many_customers(world, MOST + 1)
    assert found(client, world, "other_partner_administrator", "branch") == []


def test_export_holds_what_was_searched(client: Client, two: World) -> None:
    client.force_login(two.administrator)
    response: Any = client.post(f"{CUSTOMER_LOG}?q=harbour")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[-1] == "# complete, 1 rows"
    assert "D-7K3M9QXA" in lines[1]


def test_chips_keep_the_search(client: Client, two: World) -> None:
    client.force_login(two.administrator)
    page = client.get(CUSTOMER_LOG, {"q": "harbour", "result": "refused"}).content.decode()
    assert 'href="/my-partner/operation-log/?q=harbour&amp;operation=approved"' in page
    assert 'aria-current="true">Refused</a>' in page
