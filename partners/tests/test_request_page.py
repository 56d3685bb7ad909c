"""The page of a request: the receipt, what each side may see, and every status."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Channel, Notification, OperationLogEntry, Side, SmsDevice, User
from accounts.notifications.deliver import deliver_due
from accounts.tests.budget import PAGE_QUERIES
from accounts.tests.factories import ArrearsFactory, MemberFactory
from partners.models import Association, DisassociationRequest, Status
from partners.operations.approve import approve
from partners.operations.cancel import cancel
from partners.operations.reject import reject
from partners.operations.withdraw import withdraw
from partners.tests.browsing import browser_of, checks_in, operations_of, requests_in, text_of
from partners.tests.factories import RequestFactory, administrator_with_number
from partners.tests.way import submit

SUBMITTED = "The application for canceling the association with the partner has been submitted"


def url_of(request: DisassociationRequest) -> str:
    return f"/requests/{request.reference}/"


@pytest.fixture
def made(association: Association, customer_admin: User, partner_admin: User) -> DisassociationRequest:
    return submit(customer_admin, association, "We buy in-house.")


def test_it_is_the_receipt_for_the_side_that_submitted(made: DisassociationRequest, customer_admin: User) -> None:
    response = browser_of(customer_admin).get(url_of(made))
    text = text_of(response)
    partner = made.partner.tenant.name
    decider = f"Who acts{partner}One of its administrators decides"
    for words in (SUBMITTED, made.reference, decider, "10 days left", "You can withdraw"):
        assert words in text
    assert (made.reference, "pending") in requests_in(response)


def test_it_promises_no_completion_and_no_reminder(made: DisassociationRequest, customer_admin: User) -> None:
    text = text_of(browser_of(customer_admin).get(url_of(made)))
    assert "Nothing has changed yet" in text
    assert "emind" not in text
    assert "takes over" not in text


def test_it_shows_the_facts_and_masks_everything_personal(made: DisassociationRequest, customer_admin: User) -> None:
    page = browser_of(customer_admin).get(url_of(made)).content.decode().partition("<main")[2]
    number = str(SmsDevice.objects.get(user=customer_admin).number)
    partner = made.partner.tenant
    for secret in (number, partner.contact_email, partner.contact_phone):
        assert secret not in page
    assert f"•••• •••{number[-3:]}" in page
    assert "We buy in-house." in page
    assert "You sent the request to" in page


def test_an_older_request_shows_the_sentences_that_it_kept(made: DisassociationRequest, customer_admin: User) -> None:
    kept = {"code": "arrears", "result": "pass", "title": "Arrears", "message": "Nothing was owed."}
    DisassociationRequest.objects.filter(pk=made.pk).update(answers={"answers": [kept]})
    assert "Nothing was owed." in text_of(browser_of(customer_admin).get(url_of(made)))


def test_a_stored_check_that_no_longer_exists_is_shown_by_its_code_to_both_sides(
    made: DisassociationRequest, customer_admin: User
) -> None:
    stored = [{"code": code, "result": "pass", "data": {"cold": True}} for code in ("cold-storage", "arrears")]
    DisassociationRequest.objects.filter(pk=made.pk).update(answers={"answers": stored})
    for user in (customer_admin, MemberFactory(tenant=made.partner.tenant)):
        page = browser_of(user).get(url_of(made))
        assert checks_in(page).items() >= {"cold-storage": "pass", "arrears": "pass"}.items()
        assert "cold-storage" in text_of(page)


def test_it_shows_all_checks_at_the_submission_to_their_own_side(
    made: DisassociationRequest, customer_admin: User
) -> None:
    answers = checks_in(browser_of(customer_admin).get(url_of(made)))
    assert len(answers) == 10
    assert set(answers.values()) == {"pass"}


def test_side_sees_only_its_notices(made: DisassociationRequest, customer_admin: User, partner_admin: User) -> None:
    deliver_due()
    own, others = made.customer.name, made.partner.tenant.name
    page = browser_of(customer_admin).get(url_of(made)).content.decode()
    assert f"E-mail to {own}, 1 administrator: Delivered" in page
    assert f"to {others}, 1 administrator" not in page
    assert "Your organisation was notified: Request submitted" in page
    assert "all delivered" in page


def test_a_member_reads_it_without_any_action(made: DisassociationRequest) -> None:
    for tenant in (made.customer, made.partner.tenant):
        response = browser_of(MemberFactory(tenant=tenant)).get(url_of(made))
        assert response.status_code == 200
        for button in ("Withdraw request", "Approve request", "Reject request"):
            assert button not in response.content.decode()


def test_reading_by_the_initiator_or_a_member_writes_nothing(made: DisassociationRequest, customer_admin: User) -> None:
    entries = OperationLogEntry.objects.count()
    browser_of(customer_admin).get(url_of(made))
    browser_of(MemberFactory(tenant=made.partner.tenant)).get(url_of(made))
    made.refresh_from_db()
    assert made.seen_at is None
    assert OperationLogEntry.objects.count() == entries


def test_counterpartys_administrator_marks_the_request_as_seen_once(
    made: DisassociationRequest, partner_admin: User
) -> None:
    browser = browser_of(partner_admin)
    browser.head(url_of(made))
    assert operations_of([partner_admin]) == []
    browser.get(url_of(made))
    browser.get(url_of(made))
    made.refresh_from_db()
    assert made.seen_at is not None
    assert operations_of([partner_admin]) == ["seen"]


def test_opening_it_marks_the_readers_own_notices_as_read(
    made: DisassociationRequest, partner_admin: User, customer_admin: User
) -> None:
    unread = Notification.objects.filter(channel=Channel.PORTAL, read_at=None)
    notified = set(unread.values_list("recipient", flat=True))
    browser = browser_of(partner_admin)
    browser.head(url_of(made))
    assert set(unread.values_list("recipient", flat=True)) == notified
    browser.get(url_of(made))
    assert set(unread.values_list("recipient", flat=True)) == notified - {partner_admin.pk}
    assert {partner_admin.pk, customer_admin.pk} <= notified


def test_the_initiator_reads_that_it_was_seen(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    seen = f"{made.partner.tenant.name} saw the request"
    assert seen not in text_of(browser_of(customer_admin).get(url_of(made)))
    browser_of(partner_admin).get(url_of(made))
    assert seen in text_of(browser_of(customer_admin).get(url_of(made)))
    assert "You saw the request" in text_of(browser_of(partner_admin).get(url_of(made)))


def test_the_counterpartys_administrator_decides_here(made: DisassociationRequest, partner_admin: User) -> None:
    response = browser_of(partner_admin).get(url_of(made))
    page = response.content.decode()
    assert f"{made.customer.name} asks to disassociate" in text_of(response)
    assert reverse("partners:approve", args=[made.reference]) in page
    assert reverse("partners:reject", args=[made.reference]) in page
    assert SUBMITTED not in text_of(response)
    assert "Withdraw request" not in page


def test_the_partner_reads_no_contact_data_and_no_number_of_the_customer(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    page = browser_of(partner_admin).get(url_of(made)).content.decode()
    number = str(SmsDevice.objects.get(user=customer_admin).number)
    for secret in (made.customer.contact_email, made.customer.contact_phone, number, "code to +"):
        assert secret not in page
    assert 'data-check="mobile-number"' not in page
    assert 'data-check="request-limit"' not in page


@pytest.mark.parametrize("reader", ["customer_admin", "partner_admin"])
def test_contact_of_the_other_side_is_hidden_after_the_end(
    made: DisassociationRequest, partner_admin: User, reader: str, request: pytest.FixtureRequest
) -> None:
    browser = browser_of(request.getfixturevalue(reader))
    assert "p•••••@" in text_of(browser.get(url_of(made)))
    approve(actor=partner_admin, request=made)
    text = text_of(browser.get(url_of(made)))
    assert "No longer shown: the association has ended" in text
    assert "p•••••@" not in text


def test_the_customer_decides_a_request_of_the_partner(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER, reason="We leave your region.")
    response = browser_of(customer_admin).get(url_of(request))
    text = text_of(response)
    assert "We leave your region." in text
    assert "Approve request" in text
    assert "Withdraw request" not in text
    request.refresh_from_db()
    assert request.seen_at is not None


@pytest.mark.parametrize(
    ("status", "changes", "customer_reads", "partner_reads"),
    [
        ("rejected", {"decided_by": "partner", "decision_reason": "A bill is open."}, "{p} rejected", "You rejected"),
        ("withdrawn", {}, "You withdrew the request", "{c} withdrew the request"),
        ("expired", {}, "The request expired", "The request expired"),
        ("cancelled", {"decided_by": "vendor", "decision_reason": "Duplicate."}, "{v} cancelled", "{v} cancelled"),
        ("completed", {"decided_by": "partner"}, "The association with {p} has ended", "The association with {c} has"),
    ],
)
def test_every_end_has_its_sentence(
    association: Association,
    customer_admin: User,
    partner_admin: User,
    settings: Any,
    status: str,
    changes: dict[str, str],
    customer_reads: str,
    partner_reads: str,
) -> None:
    at = timezone.now()
    request = RequestFactory(association=association, status=status, closed_at=at, decided_at=at, **changes)
    names = {"p": association.partner.tenant.name, "c": association.customer.name, "v": settings.VENDOR_NAME}
    for user, words in ((customer_admin, customer_reads), (partner_admin, partner_reads)):
        response = browser_of(user).get(url_of(request))
        text = text_of(response)
        assert words.format(**names) in text
        assert changes.get("decision_reason", "") in text
        assert (request.reference, status) in requests_in(response)
        for button in ("Withdraw request", "Approve request", "Reject request"):
            assert button not in text


def test_an_approved_request_that_is_blocked_says_by_what(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    DisassociationRequest.objects.filter(pk=made.pk).update(
        status=Status.APPROVED,
        decided_at=timezone.now(),
        decided_by=Side.PARTNER,
        blocked_by=["arrears", "currency"],
        complete_at=timezone.now() + timedelta(hours=1),
    )
    for user in (customer_admin, partner_admin):
        text = text_of(browser_of(user).get(url_of(made)))
        assert "Approved, but blocked by: Arrears, Currency" in text
        assert "We run the checks every hour" in text
        assert "Withdraw request" not in text


def test_an_overdue_request_says_so(association: Association, customer_admin: User, settings: Any) -> None:
    past = timezone.now() - timedelta(days=11)
    request = RequestFactory(association=association, submitted_at=past, due_at=past + timedelta(days=10))
    text = text_of(browser_of(customer_admin).get(url_of(request)))
    assert "Overdue" in text


def test_a_referral_is_submitted_and_over_at_once(referral: Association) -> None:
    actor = administrator_with_number(referral)
    request = submit(actor, referral)
    response = browser_of(actor).get(url_of(request))
    text = text_of(response)
    assert SUBMITTED in text
    assert f"The association with {referral.partner.tenant.name} has ended" in text
    assert "A referral needs no consent" in text
    assert "Who acts" not in text
    assert requests_in(response) == [(request.reference, "completed")]


def test_user_text_is_escaped(association: Association, customer_admin: User) -> None:
    request = RequestFactory(association=association, initiator=Side.PARTNER, reason="<script>alert(1)</script>")
    assert "<script>alert" not in browser_of(customer_admin).get(url_of(request)).content.decode()


def test_a_name_is_escaped_in_every_sentence(customer_admin: User, association: Association) -> None:
    tenant = association.partner.tenant
    tenant.name = "<b>Bold & Co</b>"
    tenant.save()
    request = RequestFactory(association=association)
    for url in ("/my-partner/", url_of(request), "/my-partner/disassociate/"):
        page = browser_of(customer_admin).get(url).content.decode()
        assert "<b>Bold" not in page
        assert "&lt;b&gt;Bold &amp; Co" in page


@pytest.mark.parametrize("reference", ["x", "D-%00", "D-" + "A" * 300, "d-abcdefgh"])
def test_an_odd_reference_is_404(reference: str, customer_admin: User) -> None:
    assert browser_of(customer_admin).get(f"/requests/{reference}/").status_code == 404


def test_anonymous_users_are_redirected_to_the_login(made: DisassociationRequest, client: Client) -> None:
    assert client.get(url_of(made))["Location"].startswith(reverse("accounts:login"))


def test_the_request_stays_readable_after_the_end_for_both_sides(
    made: DisassociationRequest, customer_admin: User, partner_admin: User
) -> None:
    approve(actor=partner_admin, request=made)
    for user in (customer_admin, partner_admin):
        assert (made.reference, "completed") in requests_in(browser_of(user).get(url_of(made)))


def test_activity_shows_every_end(
    association: Association, customer_admin: User, partner_admin: User, staff: User
) -> None:
    ends = {
        "rejected the request": lambda request: reject(actor=partner_admin, request=request, reason="No."),
        "You withdrew the request": lambda request: withdraw(actor=customer_admin, request=request),
        "cancelled the request": lambda request: cancel(actor=staff, request=request, reason="Duplicate."),
    }
    for word, end in ends.items():
        request = RequestFactory(association=association)
        end(request)
        text = text_of(browser_of(customer_admin).get(url_of(request)))
        assert word in text[text.index("Activity") :]


def test_it_costs_at_most_fourteen_queries(
    association: Association, partner_admin: User, django_assert_max_num_queries: Any
) -> None:
    ArrearsFactory(tenant=association.customer)
    request = RequestFactory(association=association, seen_at=timezone.now())
    browser = browser_of(partner_admin)
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert browser.get(url_of(request)).status_code == 200
