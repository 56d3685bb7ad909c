"""My Partner: what each role sees, and its query budget for any history."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import FactFeed, FactKind, OperationLogEntry, Side, Tenant, User
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import ArrearsFactory, FactFeedFactory, MemberFactory, OrderFactory, UserFactory
from partners.models import Association, DisassociationRequest, Partner, Policy, Statement
from partners.tests.browsing import browser_of, requests_in, text_of
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory

URL = "/my-partner/"


def test_it_shows_the_partner_and_the_association(association: Association, customer_admin: User) -> None:
    text = text_of(browser_of(customer_admin).get(URL))
    partner = association.partner.tenant
    for words in (partner.name, partner.key, "Reseller since", "Associated", f"Billed by{partner.name}", "CurrencyEUR"):
        assert words.replace(" ", "") in text.replace(" ", "")


def test_it_masks_the_contact_of_the_partner(association: Association, customer_admin: User) -> None:
    page = browser_of(customer_admin).get(URL).content.decode()
    partner = association.partner.tenant
    assert partner.contact_email not in page
    assert partner.contact_phone not in page
    assert "p•••••@" in page
    assert "+1 •••• •••" in page


def test_it_has_process_on_top_and_more_operations_at_the_bottom(customer_admin: User) -> None:
    page = browser_of(customer_admin).get(URL).content.decode()
    main = page[page.index("<main") :]
    assert main.index(">Process ") < main.index("More Operations") < main.index("Disassociate</span>")
    assert '<details class="card card--flush disclosure">' in main
    assert reverse("partners:operation_log") in main[main.index("More Operations") :]


def test_a_referral_is_billed_by_the_vendor(referral: Association, settings: Any) -> None:
    page = text_of(browser_of(UserFactory(tenant=referral.customer)).get(URL))
    assert f"Billed by{settings.VENDOR_NAME}" in page.replace("Billed by ", "Billed by")
    assert "Referral" in page


def test_it_shows_credit_arrears_and_open_orders(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer)
    OrderFactory.create_batch(3, tenant=association.customer)
    text = text_of(browser_of(customer_admin).get(URL))
    assert "EUR 25,000.00" in text
    assert "EUR 312.48" in text
    assert "Orders waiting to be paid3" in text.replace("paid 3", "paid3")


def test_it_says_that_nothing_is_owed(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer, amount=0)
    assert "ArrearsNone" in text_of(browser_of(customer_admin).get(URL)).replace("Arrears None", "ArrearsNone")


def test_it_shows_the_open_request_with_its_timeline_and_withdraw(
    association: Association, customer_admin: User
) -> None:
    request = RequestFactory(association=association)
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == [(request.reference, "pending")]
    text = text_of(response)
    decides = f"You asked to end the association. {association.partner.tenant.name} decides"
    for words in (
        decides,
        "Sent",
        "Not seen yet",
        "10 days left",
        "Last check",
        "Association ends",
        "Withdraw request",
    ):
        assert words in text
    assert "emind" not in text  # there are no reminders yet


def test_it_names_only_the_open_request(association: Association, customer_admin: User) -> None:
    now = timezone.now()
    RequestFactory(association=association, status="withdrawn", closed_at=now, submitted_at=now - timedelta(days=120))
    assert requests_in(browser_of(customer_admin).get(URL)) == []


def test_request_of_the_partner_is_counted_next_to_process(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER)
    response = browser_of(customer_admin).get(URL)
    assert requests_in(response) == [(request.reference, "pending")]
    assert "Process 1 request from your partner" in text_of(response)
    assert "Withdraw request" not in text_of(response)


def test_an_approved_request_says_what_blocks_it_and_that_it_is_tried_hourly(
    association: Association, customer_admin: User
) -> None:
    at = timezone.now()
    RequestFactory(
        association=association,
        status="approved",
        decided_at=at,
        decided_by=Side.PARTNER,
        complete_at=at + timedelta(hours=1),
        blocked_by=["arrears"],
        answers={"answers": [{"code": "arrears", "result": "pass", "data": {}}]},
    )
    text = text_of(browser_of(customer_admin).get(URL))
    assert "Approved, but blocked by: Arrears" in text
    assert "every hour" in text


@time_machine.travel(datetime(2026, 3, 10, 9, tzinfo=UTC), tick=False)
def test_it_says_from_when_on_a_request_is_possible(association: Association, customer_admin: User) -> None:
    at = datetime(2025, 12, 31, 9, 30, tzinfo=UTC)
    RequestFactory(association=association, status="withdrawn", closed_at=at, submitted_at=at)
    assert "You can send the next one from 31 March 2026, 09:30 (UTC+00:00)" in text_of(
        browser_of(customer_admin).get(URL)
    )


def _stale(association: Association, kind: FactKind) -> None:
    synced_at = timezone.now() - timedelta(days=3)
    FactFeedFactory(tenant=association.customer, kind=kind, keeper=FactFeed.Keeper.EXTERNAL, synced_at=synced_at)


def test_stale_figures_are_unknown_wherever_they_are(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer)
    OrderFactory(tenant=association.customer)
    _stale(association, FactKind.ARREARS)
    _stale(association, FactKind.ORDERS)
    text = text_of(browser_of(customer_admin).get(URL))
    assert text.count("Unknown") == 4  # credit used, arrears, orders; the credit limit
    assert text.count("Last updated 3 days ago") == 4
    for words in ("EUR 25,000.00", "312.48", "You owe", "waits to be paid"):
        assert words not in text


def test_facts_that_were_never_updated_are_unknown(association: Association, customer_admin: User) -> None:
    FactFeedFactory(tenant=association.customer, kind=FactKind.ORDERS, keeper=FactFeed.Keeper.EXTERNAL, synced_at=None)
    assert "Orders waiting to be paid Unknown Never updated" in text_of(browser_of(customer_admin).get(URL))


def test_it_says_what_is_owed_with_a_link(association: Association, customer_admin: User) -> None:
    ArrearsFactory(tenant=association.customer)
    response = browser_of(customer_admin).get(URL)
    assert f"You owe {association.partner.tenant.name} EUR 312.48" in text_of(response)
    assert reverse("accounts:account") + "#arrears" in response.content.decode()


def test_it_says_which_orders_wait_with_a_link(association: Association, customer_admin: User) -> None:
    OrderFactory(tenant=association.customer)
    response = browser_of(customer_admin).get(URL)
    assert f"1 order waits to be paid by {association.partner.tenant.name}" in text_of(response)
    assert reverse("accounts:account") + "#orders" in response.content.decode()


def test_an_account_without_a_currency_reads_where_to_set_it(association: Association, customer_admin: User) -> None:
    Tenant.objects.filter(pk=association.customer_id).update(currency="")
    text = text_of(browser_of(customer_admin).get(URL))
    assert "Your account has no currency" in text
    assert "Set the currency" in text


def test_it_says_how_the_last_request_ended(association: Association, customer_admin: User) -> None:
    request = _rejected(association)
    response = browser_of(customer_admin).get(URL)
    text = text_of(response)
    assert f"Last request: {association.partner.tenant.name} rejected the request" in text
    for words in ("Settle the order first.", request.reference):
        assert words in text
    assert reverse("partners:request", args=[request.reference]) in response.content.decode()


def test_the_last_request_of_a_former_partner_is_not_shown(association: Association, customer_admin: User) -> None:
    ended = timezone.now() - timedelta(days=500)
    former = AssociationFactory(
        customer=association.customer, started_at=ended - timedelta(days=90), ended_at=ended, ended_by=Side.VENDOR
    )
    request = _rejected(former)
    assert request.reference not in text_of(browser_of(customer_admin).get(URL))


def _rejected(association: Association) -> DisassociationRequest:
    at = timezone.now() - timedelta(days=100)
    closed = {"status": "rejected", "decided_by": Side.PARTNER, "decided_at": at, "closed_at": at}
    return RequestFactory(association=association, decision_reason="Settle the order first.", submitted_at=at, **closed)


def test_who_was_disassociated_reads_how_it_ended_and_what_to_do(customer_admin: User) -> None:
    at = timezone.now()
    ended = AssociationFactory(customer=customer_admin.tenant, ended_at=at, ended_by=Side.CUSTOMER)
    request = RequestFactory(
        association=ended, status="completed", decided_by=Side.PARTNER, decided_at=at, closed_at=at
    )
    Association.objects.exclude(pk=ended.pk).update(ended_at=at - timedelta(days=1), ended_by=Side.VENDOR)
    response = browser_of(customer_admin).get(URL)
    text = text_of(response)
    for words in (f"The association with {ended.partner.tenant.name} has ended", "Add a payment method"):
        assert words in text
    assert request.reference in text
    assert requests_in(response) == []


def test_it_says_that_a_request_is_possible_now(customer_admin: User) -> None:
    assert "You can send one now, if your account passes the check" in text_of(browser_of(customer_admin).get(URL))


def test_it_lists_former_partners(association: Association, customer_admin: User) -> None:
    ended = timezone.now() - timedelta(days=500)
    former = AssociationFactory(
        customer=association.customer, started_at=ended - timedelta(days=90), ended_at=ended, ended_by=Side.PARTNER
    )
    text = text_of(browser_of(customer_admin).get(URL))
    assert former.partner.tenant.name in text
    assert text.count(former.partner.tenant.name) == 2  # the partner, and that it ended the association


def test_a_member_reads_the_page_without_any_action(association: Association) -> None:
    RequestFactory(association=association)
    text = text_of(browser_of(MemberFactory(tenant=association.customer)).get(URL))
    main = text[text.index("Reseller since") :]
    assert association.partner.tenant.name in text
    for words in ("Withdraw", "Disassociate", "Process"):
        assert words not in main
    assert "Operation Log" in main


def test_somebody_without_a_partner_reads_how_to_get_one(db: None, settings: Any) -> None:
    response = browser_of(UserFactory()).get(URL)
    assert response.status_code == 200
    assert "You are not associated with a partner" in text_of(response)
    assert f"Ask {settings.VENDOR_NAME} to associate you" in text_of(response)
    assert reverse("partners:disassociate") not in response.content.decode()


def test_anonymous_users_are_redirected_to_the_login(client: Client, db: None) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_another_customer_sees_nothing_of_it(association: Association) -> None:
    RequestFactory(association=association)
    other = AssociationFactory()
    response = browser_of(UserFactory(tenant=other.customer)).get(URL)
    assert association.partner.tenant.name not in text_of(response)
    assert requests_in(response) == []


def test_reading_writes_nothing(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER)
    browser_of(customer_admin).get(URL)
    request.refresh_from_db()
    assert request.seen_at is None
    assert not OperationLogEntry.objects.exists()


@pytest.mark.parametrize("rows", [10, 10_000])
def test_it_costs_at_most_fourteen_queries_whatever_the_history(
    association: Association, customer_admin: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    _former_associations(association, rows)
    _past_requests(association, customer_admin, rows)
    ArrearsFactory(tenant=association.customer)
    RequestFactory(association=association)
    browser = browser_of(customer_admin)
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert browser.get(URL).status_code == 200


def _former_associations(association: Association, number: int) -> None:
    partner: Partner = PartnerFactory()
    start = timezone.now() - timedelta(days=3000)
    Association.objects.bulk_create(
        Association(
            customer=association.customer,
            partner=partner,
            model="reseller",
            started_at=start,
            ended_at=start + timedelta(minutes=index),
            ended_by=Side.CUSTOMER,
        )
        for index in range(number)
    )


def _past_requests(association: Association, actor: User, number: int) -> None:
    policy, statement = Policy.current(), Statement.current()
    start = timezone.now() - timedelta(days=3000)
    DisassociationRequest.objects.bulk_create(
        DisassociationRequest(
            association=association,
            customer=association.customer,
            partner=association.partner,
            initiator=Side.CUSTOMER,
            requested_by=actor,
            status="withdrawn",
            policy=policy,
            statement=statement,
            submitted_at=start + timedelta(minutes=index),
            due_at=start,
            closed_at=start + timedelta(minutes=index),
        )
        for index in range(number)
    )
