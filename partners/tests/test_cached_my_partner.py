"""My Partner comes from what was rendered before while that holds, and never shows what no longer is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Arrears, Order, Tenant, User
from accounts.operations.currency import set_currency
from accounts.operations.records import save_record
from accounts.tests.factories import ArrearsFactory, MemberFactory
from partners.models import Association, DisassociationRequest, Policy
from partners.operations import approve, associate, cancel, grant, mark_seen, reject, withdraw
from partners.operations.put_in_force import put_in_force
from partners.tests.browsing import SESSION_AND_USER, browser_of, text_of
from partners.tests.factories import AssociationFactory, PartnerFactory, RequestFactory, administrator_with_number
from partners.tests.way import submit

URL = "/my-partner/"
VERSION = 1  # the one query that a kept page costs


class World:
    """An association whose customer already opened My Partner, and all who may change what it shows."""

    def __init__(self, association: Association, customer: User, partner: User, staff: User) -> None:
        self.association, self.customer, self.partner, self.staff = association, customer, partner, staff
        self.browser = browser_of(customer)

    @property
    def request(self) -> DisassociationRequest:
        return DisassociationRequest.objects.get(association=self.association)

    def save(self, record: Model, **values: object) -> None:
        for name, value in values.items():
            setattr(record, name, value)
        save_record(actor=self.staff, record=record, changed=[*values])


@pytest.fixture
def world(association: Association, customer_admin: User, partner_admin: User, staff: User) -> World:
    return World(association, customer_admin, partner_admin, staff)


def page_of(browser: Client) -> str:
    """The page without the tokens of its forms, which are different each time."""
    response = browser.get(URL)
    assert response.status_code == 200
    first, *others = response.content.decode().split('name="csrfmiddlewaretoken" value="')
    return first + "".join(part[64:] for part in others)


def queries_of(browser: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(URL).status_code == 200
    return len(found) - SESSION_AND_USER


def with_request(world: World) -> DisassociationRequest:
    request: DisassociationRequest = RequestFactory(association=world.association, requested_by=world.customer)
    return request


CHANGES: dict[str, tuple[Callable[[World], object] | None, Callable[[World], object]]] = {
    "a request is made": (None, lambda w: submit(w.customer, w.association)),
    "it is seen": (with_request, lambda w: mark_seen(actor=w.partner, request=w.request)),
    "it is withdrawn": (with_request, lambda w: withdraw(actor=w.customer, request=w.request)),
    "it is rejected": (with_request, lambda w: reject(actor=w.partner, request=w.request, reason="No")),
    "it is cancelled": (with_request, lambda w: cancel(actor=w.staff, request=w.request, reason="No")),
    "it is approved": (with_request, lambda w: approve(actor=w.partner, request=w.request)),
    "a customer without a partner gets one": (
        lambda w: Association.objects.filter(pk=w.association.pk).update(ended_at=timezone.now(), ended_by="vendor"),
        lambda w: associate(
            actor=w.staff, customer=w.association.customer, partner=PartnerFactory(), model="referral", reason="So"
        ),
    ),
    "the limit is reached and a grant is given": (
        lambda w: RequestFactory(association=w.association, status="withdrawn", closed_at=timezone.now()),
        lambda w: grant(actor=w.staff, customer=w.association.customer, reason="So"),
    ),
    "another limit comes in force": (
        None,
        lambda w: put_in_force(actor=w.staff, draft=Policy(request_limit=7), follows=1, changed=["request_limit"]),
    ),
    "an order waits to be paid": (
        None,
        lambda w: w.save(
            Order(
                tenant=w.association.customer,
                number="ORD-9",
                ordered_on=timezone.localdate(),
                amount=Decimal(9),
                currency="EUR",
            )
        ),
    ),
    "arrears grow": (
        lambda w: ArrearsFactory(tenant=w.association.customer),
        lambda w: w.save(Arrears.objects.get(), amount=Decimal(777)),
    ),
    "the customer sets its currency": (
        lambda w: Tenant.objects.filter(pk=w.association.customer_id).update(currency=""),
        lambda w: set_currency(actor=w.customer, currency="CHF"),
    ),
    "the customer is renamed": (None, lambda w: w.save(w.association.customer, name="Another name")),
    "the partner is renamed": (None, lambda w: w.save(w.association.partner.tenant, name="Another name")),
    "the partner's contact changes": (
        None,
        lambda w: w.save(w.association.partner.tenant, contact_email="zz@z.example"),
    ),
}


@pytest.mark.parametrize(("before", "change"), CHANGES.values(), ids=CHANGES)
@pytest.mark.django_db
def test_what_changes_the_page_shows_at_once(
    world: World, before: Callable[[World], object] | None, change: Callable[[World], object]
) -> None:
    if before is not None:
        before(world)
    old = page_of(world.browser)
    change(world)
    new = page_of(world.browser)
    assert new != old
    caches["pages"].clear()
    assert page_of(world.browser) == new


def test_a_page_that_holds_costs_one_query(world: World) -> None:
    assert queries_of(world.browser) > VERSION
    assert queries_of(world.browser) == VERSION


def test_a_kept_page_has_a_working_token_of_its_own(world: World) -> None:
    strict = browser_of(world.customer, enforce_csrf=True)
    tokens = set()
    for _ in range(3):
        page = strict.get(URL).content.decode()
        tokens.add(page.split('name="csrfmiddlewaretoken" value="')[1][:64])
    assert len(tokens) == 3
    assert strict.post("/accounts/logout/", {"csrfmiddlewaretoken": tokens.pop()}).status_code in (302, 303)


def test_a_member_is_not_answered_with_the_page_of_an_administrator(world: World) -> None:
    assert "/my-partner/process/" in page_of(world.browser)
    member = browser_of(MemberFactory(tenant=world.association.customer))
    assert "/my-partner/process/" not in page_of(member)


def test_nobody_is_answered_with_the_page_of_another_tenant(world: World) -> None:
    other = administrator_with_number(AssociationFactory())
    mine, theirs = page_of(world.browser), page_of(browser_of(other))
    assert world.association.partner.tenant.name in mine
    assert world.association.partner.tenant.name not in theirs


def test_the_count_of_unread_notifications_is_the_present_one(world: World) -> None:
    assert "Notifications, unread:" not in page_of(world.browser)
    submit(administrator_with_number(world.association), world.association)
    with_unread = page_of(world.browser)
    assert "Notifications, unread:" in with_unread
    world.browser.post("/notifications/read/", {"until": timezone.now().isoformat()})
    assert "Notifications, unread:" not in page_of(world.browser)


def test_a_message_is_shown_once(world: World, settings: object) -> None:
    page_of(world.browser)
    session = world.browser.session
    session["_messages"] = '[["__json_message",0,25,"Only once."]]'
    session.save()
    assert "Only once." in page_of(world.browser)
    assert "Only once." not in page_of(world.browser)


def test_a_query_fills_no_memory(world: World) -> None:
    for number in range(3):
        with CaptureQueriesContext(connection) as found:
            world.browser.get(URL, {"n": number})
        assert len(found) - SESSION_AND_USER > VERSION
    assert queries_of(world.browser) > VERSION


def test_what_was_written_past_the_operations_shows_after_a_minute(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC)) as clock:
        world.browser = browser_of(world.customer)
        page_of(world.browser)
        Tenant.objects.filter(pk=world.association.partner.tenant_id).update(name="Written by hand")
        assert "Written by hand" not in page_of(world.browser)
        clock.shift(timedelta(seconds=61))
        assert "Written by hand" in page_of(world.browser)


@pytest.mark.parametrize(
    ("seconds_left", "words"), [(30, "Overdue"), (-1, "Overdue")], ids=["due in half a minute", "due a second ago"]
)
def test_the_deadline_shows_when_it_passes(world: World, seconds_left: int, words: str) -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        RequestFactory(association=world.association, due_at=noon + timedelta(seconds=seconds_left))
        world.browser = browser_of(world.customer)
        page_of(world.browser)
        clock.shift(timedelta(seconds=max(seconds_left, 0)))
        assert words in text_of(world.browser.get(URL))


def test_the_days_that_are_left_change_at_midnight(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 4, 23, 59, 50, tzinfo=UTC), tick=False) as clock:
        RequestFactory(association=world.association, due_at=datetime(2026, 3, 7, 12, tzinfo=UTC))
        world.browser = browser_of(world.customer)
        assert "3 days left" in text_of(world.browser.get(URL))
        clock.shift(timedelta(seconds=10))
        assert "2 days left" in text_of(world.browser.get(URL))


def test_a_page_whose_completion_is_due_is_not_kept(world: World) -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        RequestFactory(
            association=world.association,
            status="approved",
            decided_at=noon,
            decided_by="partner",
            blocked_by=["arrears"],
            complete_at=noon - timedelta(seconds=1),
        )
        world.browser = browser_of(world.customer)
        queries_of(world.browser)
        assert queries_of(world.browser) > VERSION


def test_not_even_an_empty_query_is_kept(world: World) -> None:
    world.browser.get("/my-partner/?&&&")
    assert queries_of(world.browser) > VERSION
