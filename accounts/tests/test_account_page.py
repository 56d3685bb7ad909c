"""The account center: what each role sees, and its query budget."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import FactFeed, FactKind, MemberAccount, Order, SupportPlan, User
from accounts.tests.associations import associate
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import (
    ArrearsFactory,
    CommerceContractFactory,
    CustomerFactory,
    FactFeedFactory,
    MemberFactory,
    OrderFactory,
    PartnerTenantFactory,
    ReservedInstanceFactory,
    SmsDeviceFactory,
    SupportPlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/account/"


def page_of(client: Client, user: User) -> str:
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    response = client.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def give_everything(tenant: Any, many: int = 1) -> None:
    OrderFactory.create_batch(many, tenant=tenant)
    ReservedInstanceFactory.create_batch(many, tenant=tenant)
    SupportPlanFactory.create_batch(many, tenant=tenant)
    CommerceContractFactory.create_batch(many, tenant=tenant)
    ArrearsFactory(tenant=tenant)
    for _number in range(many):
        MemberAccount.objects.create(
            master=tenant, member=CustomerFactory(), accounting="independent", since_on=date(2024, 6, 3)
        )
    for kind in FactKind:
        FactFeedFactory(tenant=tenant, kind=kind, keeper="external", synced_at=timezone.now())
    associate(tenant)


def test_it_shows_the_facts_that_the_checks_read(client: Client) -> None:
    user = UserFactory()
    give_everything(user.tenant)
    page = page_of(client, user)
    anchors = ["profile", "currency", "mobile", "orders", "arrears", "reserved-instances", "members", "contract"]
    for anchor in [*anchors, "support-plan"]:
        assert f'id="{anchor}"' in page
    for text in ["ORD-", "RI-", "SUP-", "SCC-", "EUR 312.48", "EUR 25,000.00", "Last updated", "End not reported"]:
        assert text in page


@pytest.mark.parametrize("many", [1, 60])
def test_it_costs_at_most_fourteen_queries_whatever_the_number_of_facts(client: Client, many: int) -> None:
    user = SmsDeviceFactory().user
    give_everything(user.tenant, many)
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) <= PAGE_QUERIES


def test_it_shows_fifty_rows_and_says_that_there_are_more(client: Client) -> None:
    user = UserFactory()
    OrderFactory.create_batch(55, tenant=user.tenant, status=Order.Status.PAID)
    OrderFactory(tenant=user.tenant, number="ORD-UNPAID", ordered_on=date(2020, 1, 1))
    page = page_of(client, user)
    assert page.count("ORD-") == 50
    assert page.index("ORD-UNPAID") < page.index("Paid</span>")
    assert "We show only the first 50." in page


def test_it_only_shows_terms_in_force(client: Client) -> None:
    user = UserFactory()
    over = timezone.now() - timedelta(days=1)
    ReservedInstanceFactory(tenant=user.tenant, number="RI-OVER", ends_at=over)
    SupportPlanFactory(tenant=user.tenant, number="SUP-VENDOR", provider=SupportPlan.Provider.VENDOR)
    page = page_of(client, user)
    assert "RI-OVER" not in page
    assert "SUP-VENDOR" in page
    assert "No reserved instance is in force." in page


def test_a_feed_that_was_never_synced_is_shown_as_unknown(client: Client) -> None:
    user = UserFactory()
    FactFeedFactory(tenant=user.tenant, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.EXTERNAL)
    page = page_of(client, user)
    assert "Unknown: never updated" in page
    assert "There are no orders." not in page


def test_what_is_empty_is_in_one_line_and_has_its_anchors(client: Client) -> None:
    page = page_of(client, UserFactory())
    [line] = re.findall(r'<p class="small muted">\s*<span id="orders">.*?</p>', page, re.DOTALL)
    for anchor in ("arrears", "reserved-instances", "members", "contract", "support-plan"):
        assert f'<span id="{anchor}">' in line
        assert page.count(f'id="{anchor}"') == 1


def feed_of(tenant: Any, kind: FactKind, hours: int) -> None:
    synced_at = timezone.now() - timedelta(hours=hours)
    FactFeedFactory(tenant=tenant, kind=kind, keeper=FactFeed.Keeper.EXTERNAL, synced_at=synced_at)


def test_stale_figures_read_unknown(client: Client) -> None:
    user = UserFactory()
    ArrearsFactory(tenant=user.tenant)
    OrderFactory(tenant=user.tenant, status=Order.Status.UNPAID)
    for kind in (FactKind.ARREARS, FactKind.ORDERS, FactKind.MEMBERS, FactKind.SUPPORT_PLANS):
        feed_of(user.tenant, kind, 25)
    page = page_of(client, user)
    assert len(re.findall(r"Unknown: last updated <time[^>]*>1 day ago<", page)) == 4
    assert "EUR 312.48" not in page
    for word in ("Unpaid</span>", "This account has no member accounts.", "No support plan is in force."):
        assert word not in page


def test_fresh_figures_are_shown(client: Client) -> None:
    user = UserFactory()
    ArrearsFactory(tenant=user.tenant)
    feed_of(user.tenant, FactKind.ARREARS, 23)
    page = page_of(client, user)
    assert "EUR 312.48" in page
    assert "Unknown" not in page


CHECK = "/my-partner/disassociate/"


def test_who_comes_from_the_check_is_offered_the_way_back(client: Client) -> None:
    client.force_login(UserFactory(tenant__currency=""), backend="accounts.sign_in.backends.AccountBackend")
    page = client.get(URL, headers={"Referer": f"http://testserver{CHECK}"}).content.decode()
    assert "Back to the check" in page
    changed = client.post("/account/currency/?from=check", {"currency": "EUR"})
    assert changed["Location"] == "/account/?from=check#currency"
    page = client.get(changed["Location"]).content.decode()
    assert "Back to the check" in page
    assert page.index('id="currency"') < page.index("Your currency is now EUR.")


@pytest.mark.parametrize("referer", ["http://testserver/my-partner/", "", "http://["])
def test_others_are_not(client: Client, referer: str) -> None:
    client.force_login(UserFactory(), backend="accounts.sign_in.backends.AccountBackend")
    assert "Back to the check" not in client.get(URL, headers={"Referer": referer}).content.decode()


def test_a_partner_has_no_check_to_go_back_to(client: Client) -> None:
    user = UserFactory(tenant=PartnerTenantFactory())
    client.force_login(user, backend="accounts.sign_in.backends.AccountBackend")
    assert "Back to the check" not in client.get(f"{URL}?from=check").content.decode()


def test_it_shows_the_partner_or_that_there_is_none(client: Client) -> None:
    user = UserFactory()
    associate(user.tenant, "Harbourline Systems")
    assert "Harbourline Systems" in page_of(client, user)
    assert "Not associated" in page_of(client, UserFactory())


@pytest.mark.parametrize("model", ["referral", ""])
def test_without_a_reseller_it_shows_arrears_and_no_credit(client: Client, model: str) -> None:
    user = UserFactory()
    ArrearsFactory(tenant=user.tenant)
    if model:
        associate(user.tenant, model=model)
    page = page_of(client, user)
    assert "EUR 312.48" in page
    assert "redit" not in page
    assert "25,000.00" not in page


def test_a_reseller_that_grants_no_credit_limit_is_shown_as_that(client: Client) -> None:
    user = UserFactory()
    ArrearsFactory(tenant=user.tenant, credit_limit=0, credit_used=0)
    associate(user.tenant)
    page = page_of(client, user)
    assert re.search(r"Credit limit</dt><dd[^>]*>None</dd>", page)
    assert "Credit used" not in page


def test_it_shows_the_users_number_masked(client: Client) -> None:
    device = SmsDeviceFactory(number="+14155550418")
    page = page_of(client, device.user)
    assert "+1 •••• •••418" in page
    assert "4155550418" not in page
    assert "Replace number" in page


def test_it_offers_to_set_a_number_to_users_without_one(client: Client) -> None:
    assert "Bind number" in page_of(client, UserFactory())


def test_an_unconfirmed_number_is_not_shown(client: Client) -> None:
    user = UserFactory()
    SmsDeviceFactory(user=user, confirmed=False, number="", pending_number="+14155550418", confirmed_at=None)
    page = page_of(client, user)
    assert "Bind number" in page
    assert "418" not in page


def test_nothing_of_another_tenant_is_shown(client: Client) -> None:
    other = CustomerFactory()
    give_everything(other)
    OrderFactory(tenant=other, number="ORD-FOREIGN", amount=Decimal("99.99"))
    page = page_of(client, UserFactory())
    assert "ORD-" not in page
    assert "99.99" not in page


@pytest.mark.parametrize("factory", [UserFactory, MemberFactory])
def test_a_partner_sees_profile_and_number_alone(client: Client, factory: Any) -> None:
    page = page_of(client, factory(tenant=PartnerTenantFactory(name="Harbourline Systems")))
    assert "Harbourline Systems" in page
    assert 'id="mobile"' in page
    for anchor in ["currency", "orders", "arrears", "members"]:
        assert f'id="{anchor}"' not in page


def test_a_member_reads_but_has_no_form_for_the_currency(client: Client) -> None:
    page = page_of(client, MemberFactory(tenant__currency=""))
    assert "Set currency" not in page
    assert "One of your administrators can set it." in page


def test_anonymous_users_are_redirected_to_the_login(client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")
