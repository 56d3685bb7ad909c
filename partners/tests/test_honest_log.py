"""Log entries of the other side: invisible before a request is submitted, visible from then on."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from accounts.codes import code_for
from accounts.models import Operation, OperationLogEntry, User
from accounts.tests.factories import MemberFactory, OrderFactory, UserFactory
from partners.models import Association
from partners.operations.approve import approve
from partners.operations.complete import complete
from partners.tests.factories import RequestFactory
from partners.tests.pages import browser_of, get, post
from partners.tests.way import start, submit

CUSTOMER_LOG, PARTNER_LOG = "/my-partner/operation-log/", "/partner/operation-log/"
VERIFY = "/my-partner/disassociate/verify/"


def operations_in(page: str) -> list[str]:
    """Return the operations of the rows, oldest first."""
    return [part.split('"')[0] for part in page.split('data-operation="')[1:]][::-1]


def exported(user: User, path: str) -> list[str]:
    """Return the operations in the CSV, oldest first, without the entry of the export itself."""
    response: Any = browser_of(user).post(path)
    lines = b"".join(response.streaming_content).decode("utf-8-sig").split("\r\n")
    return [row[2] for row in csv.reader(lines[1:-1])][::-1][:-1]


def wrong_code(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


def enter_wrong_codes(user: User, association: Association, number: int) -> None:
    wrong = wrong_code(code_for(start(user, association)))
    for _ in range(number):
        post(user, VERIFY, 422, code=wrong)


def test_partner_cannot_see_the_customers_wrong_codes(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    enter_wrong_codes(customer_admin, association, 5)
    assert operations_in(get(customer_admin, CUSTOMER_LOG)) == ["code-sent", *["code-refused"] * 5]
    assert operations_in(get(partner_admin, PARTNER_LOG)) == []
    assert exported(customer_admin, CUSTOMER_LOG) == ["code-sent", *["code-refused"] * 5]
    assert exported(partner_admin, PARTNER_LOG) == []


def test_partner_reads_nothing_of_a_refused_start(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    OrderFactory(tenant=association.customer)
    post(customer_admin, "/my-partner/disassociate/", 409, understand="on")
    assert operations_in(get(customer_admin, CUSTOMER_LOG)) == ["blocked"]
    assert operations_in(get(partner_admin, PARTNER_LOG)) == []


def test_partner_reads_nothing_of_a_code_that_came_too_late(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    challenge = start(customer_admin, association)
    OrderFactory(tenant=association.customer)
    post(customer_admin, VERIFY, 409, code=code_for(challenge))
    assert operations_in(get(customer_admin, CUSTOMER_LOG)) == ["code-sent", "blocked"]
    assert operations_in(get(partner_admin, PARTNER_LOG)) == []


def test_customer_reads_nothing_of_its_partners_attempts(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    start(partner_admin, association, "We close")
    assert operations_in(get(partner_admin, PARTNER_LOG)) == ["code-sent"]
    assert operations_in(get(customer_admin, CUSTOMER_LOG)) == []


def test_lock_of_code_entry_is_only_visible_to_its_side(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    enter_wrong_codes(customer_admin, association, 5)
    wrong = wrong_code(code_for(start(customer_admin, association)))
    for tries in range(5):
        post(customer_admin, VERIFY, 429 if tries == 4 else 422, code=wrong)
    assert operations_in(get(customer_admin, CUSTOMER_LOG))[-1] == "code-locked"
    assert operations_in(get(partner_admin, PARTNER_LOG)) == []


def test_partners_view_of_a_request_begins_with_its_submission(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    approve(actor=partner_admin, request=request)
    assert operations_in(get(partner_admin, PARTNER_LOG)) == ["requested", "approved", "completed"]
    assert operations_in(get(customer_admin, CUSTOMER_LOG)) == ["code-sent", "requested", "approved", "completed"]


def test_both_sides_read_a_refused_approval(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = submit(customer_admin, association)
    OrderFactory(tenant=association.customer)
    post(partner_admin, f"/requests/{request.reference}/approve/", 409, understand="on")
    for user, path in ((customer_admin, CUSTOMER_LOG), (partner_admin, PARTNER_LOG)):
        page = get(user, path, 200)
        assert operations_in(page)[-1] == "approved"
        assert "tried to approve: refused" in page
        assert "approved the request" not in page


def test_both_sides_read_a_blocked_completion(
    association: Association, customer_admin: User, partner_admin: User
) -> None:
    request = RequestFactory(association=association, requested_by=customer_admin, status="approved")
    OrderFactory(tenant=association.customer)
    complete(request=request)
    for user, path in ((customer_admin, CUSTOMER_LOG), (partner_admin, PARTNER_LOG)):
        page = get(user, path)
        assert operations_in(page) == ["blocked"]
        assert "<b>We</b> could not end the association" in page


def test_the_same_post_repeated_within_a_minute_leaves_one_entry(
    association: Association, customer_admin: User
) -> None:
    OrderFactory(tenant=association.customer)
    for _ in range(3):
        post(customer_admin, "/my-partner/disassociate/", 409, understand="on")
    assert OperationLogEntry.objects.filter(operation=Operation.BLOCKED).count() == 1


@pytest.mark.parametrize("role", ["colleague", "member"])
def test_everybody_of_the_acting_side_reads_its_attempts(
    association: Association, customer_admin: User, role: str
) -> None:
    start(customer_admin, association)
    factory = UserFactory if role == "colleague" else MemberFactory
    page = get(factory(tenant=association.customer), CUSTOMER_LOG)
    assert operations_in(page) == ["code-sent"]


def test_another_customer_reads_nothing(association: Association, customer_admin: User) -> None:
    start(customer_admin, association)
    assert operations_in(get(UserFactory(), CUSTOMER_LOG)) == []
