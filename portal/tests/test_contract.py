"""The contract with external programs, in the demo data: URLs, statuses, form fields and data attributes."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Challenge, OperationLogEntry, SmsDevice, User
from accounts.notifications.deliver import deliver_due
from partners import clock
from partners.models import DisassociationRequest
from partners.models.policy import reseller_checks
from portal.demo import cast, world

STATEMENT = {"understand": "on", "reason": ""}
DISASSOCIATE, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"
CUSTOMER_PAGES = ["/my-partner/", DISASSOCIATE, VERIFY, "/my-partner/operation-log/", "/my-partner/process/"]
PARTNER_PAGES = ["/partner/process/", "/partner/customers/", "/partner/operation-log/"]
SHARED_PAGES = ["/account/", "/notifications/"]

SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in() -> SignIn:
    world.build()

    def enter(username: str) -> Client:
        client = Client()
        form = {"username": username, "password": cast.PASSWORD}
        assert client.post("/accounts/login/", form).status_code in (302, 303)
        return client

    return enter


def checks(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-check="([^"]+)" data-answer="([^"]+)"', html))


def submit(client: Client, username: str) -> str:
    """Submit a request by its URLs and return the reference."""
    assert client.post(DISASSOCIATE, STATEMENT).status_code == 303
    code = code_for(Challenge.objects.open().get(user__username=username))
    answer = client.post(VERIFY, {"code": code})
    assert answer.status_code == 303
    found = re.fullmatch(r"/requests/(D-[0-9A-HJKMNP-TV-Z]{8})/", answer["Location"])
    assert found, answer["Location"]
    return found.group(1)


@pytest.mark.parametrize("customer", [c for c in cast.CUSTOMERS if c.model == "reseller"], ids=lambda c: c.username)
def test_a_demo_customer_fails_exactly_its_checks(sign_in: SignIn, customer: cast.DemoCustomer) -> None:
    answers = checks(sign_in(customer.username).get(DISASSOCIATE).content.decode())
    assert list(answers) == reseller_checks() or set(answers) == set(reseller_checks())
    failed = {code for code, answer in answers.items() if answer == "fail"}
    assert failed == set(customer.blockers)
    assert {code for code, answer in answers.items() if answer == "unknown"} == (
        {"unpaid-orders"} if customer.stale else set()
    )


def test_every_login_has_its_own_address_and_number(sign_in: SignIn) -> None:
    assert User.objects.count() == len(cast.logins()) == 20
    assert User.objects.values("email").distinct().count() == 20
    numbers = SmsDevice.objects.filter(confirmed=True)
    assert numbers.values("number").distinct().count() == 18
    without = set(cast.logins()) - set(numbers.values_list("user__username", flat=True))
    assert without == {"customer-mobile-number", "customer-all-blockers"}


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/readyz?part=delivery"])
def test_health_is_ok_without_a_login_while_the_clock_ticks(client: Client, address: str) -> None:
    clock.upkeep(timezone.now())
    answer = client.get(address)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("username", "home"),
    [("customer-ready", "/my-partner/"), ("partner-admin", "/partner/process/"), ("staff", "/admin/")],
)
def test_root_redirects_to_the_start_page_of_the_role(sign_in: SignIn, username: str, home: str) -> None:
    answer = sign_in(username).get("/", follow=True)
    assert answer.redirect_chain[0][0] == home
    assert answer.status_code == 200


@pytest.mark.parametrize("address", [*CUSTOMER_PAGES, *PARTNER_PAGES, *SHARED_PAGES, "/", "/requests/D-00000000/"])
def test_anonymous_users_are_redirected_to_the_login(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("username", "address", "status"),
    [
        *[("customer-ready", address, 200) for address in CUSTOMER_PAGES if address != VERIFY],
        *[("customer-ready", address, 403) for address in PARTNER_PAGES],
        *[("customer-ready", address, 200) for address in SHARED_PAGES],
        ("customer-ready", VERIFY, 303),
        ("customer-member", "/my-partner/", 200),
        ("customer-member", "/my-partner/operation-log/", 200),
        ("customer-member", DISASSOCIATE, 403),
        ("customer-member", VERIFY, 403),
        ("customer-member", "/my-partner/process/", 403),
        ("customer-none", "/my-partner/", 200),
        ("customer-none", "/my-partner/operation-log/", 200),
        ("customer-none", DISASSOCIATE, 303),
        *[("partner-admin", address, 200) for address in [*PARTNER_PAGES, *SHARED_PAGES]],
        *[("partner-admin", address, 403) for address in CUSTOMER_PAGES],
        ("partner-member", "/partner/process/", 403),
        ("partner-member", "/partner/customers/", 200),
        ("partner-member", "/partner/operation-log/", 200),
        *[("staff", address, 403) for address in [*CUSTOMER_PAGES, *PARTNER_PAGES, *SHARED_PAGES]],
        ("staff", "/admin/", 200),
        ("customer-ready", "/requests/D-00000000/", 404),
        ("partner-admin", "/partner/process/D-00000000/", 404),
    ],
)
def test_each_role_gets_its_pages(sign_in: SignIn, username: str, address: str, status: int) -> None:
    answer = sign_in(username).get(address)
    assert answer.status_code == status or (status == 303 and answer.status_code == 302)


def test_reference_of_another_tenant_is_404_like_an_unknown_one(sign_in: SignIn) -> None:
    reference = DisassociationRequest.objects.filter(status="pending")[0].reference
    client = sign_in("other-partner-admin")
    foreign, unknown = client.get(f"/requests/{reference}/"), client.get("/requests/D-00000000/")
    assert foreign.status_code == unknown.status_code == 404
    assert _without_reference(foreign.content) == _without_reference(unknown.content)


def _without_reference(body: bytes) -> bytes:
    """Remove the request ID and the CSRF token, which differ each time."""
    return re.sub(rb'[0-9a-f]{4,8}(-[0-9a-f]{4,12})+|value="\w{64}"', b"", body)


def test_statuses_of_the_main_flow(sign_in: SignIn) -> None:
    client = sign_in("customer-ready")
    assert client.post(DISASSOCIATE, {}).status_code == 422
    first = client.post(DISASSOCIATE, STATEMENT)
    assert (first.status_code, first["Location"]) == (303, VERIFY)
    assert client.post(DISASSOCIATE, STATEMENT).status_code == 303
    assert Challenge.objects.count() == 1
    assert client.get(VERIFY).status_code == 200
    code = code_for(Challenge.objects.get())
    wrong = client.post(VERIFY, {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 422
    assert client.post(VERIFY, {"code": ""}).status_code == 422
    spaced = f"{code[:3]} {code[3:]}"
    done = client.post(VERIFY, {"code": spaced})
    assert done.status_code == 303
    assert client.post(VERIFY, {"code": code})["Location"] == done["Location"]
    assert client.post(DISASSOCIATE, STATEMENT).status_code == 409


def test_ten_wrong_codes_lock_with_a_time_to_try_again(sign_in: SignIn) -> None:
    client = sign_in("customer-ready")
    statuses = []
    for _ in range(2):
        client.post(DISASSOCIATE, STATEMENT)
        code = code_for(Challenge.objects.open().get())
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        statuses += [client.post(VERIFY, {"code": wrong}).status_code for _ in range(5)]
    assert statuses == [422] * 9 + [429]
    locked = client.post(DISASSOCIATE, STATEMENT)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 1800


def test_a_code_that_was_just_sent_is_not_sent_again(sign_in: SignIn) -> None:
    client = sign_in("customer-ready")
    client.post(DISASSOCIATE, STATEMENT)
    html = client.get(VERIFY).content.decode()
    again = re.search(r'<form[^>]*action="([^"]+)"[^>]*>(?:(?!</form>).)*Send new code', html, re.DOTALL)
    assert again
    answer = client.post(again.group(1))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_the_counterparty_decides_where_both_sides_open_the_request(sign_in: SignIn) -> None:
    customer, partner = sign_in("customer-ready"), Client()
    partner.post("/accounts/login/", {"username": "partner-admin", "password": cast.PASSWORD})
    reference = submit(customer, "customer-ready")
    for client in (customer, partner):
        page = client.get(f"/requests/{reference}/").content.decode()
        assert f'data-request="{reference}" data-status="pending"' in page
    page = partner.get(f"/requests/{reference}/").content.decode()
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>(?:(?!</form>).)*Approve request', page, re.DOTALL)
    assert form
    assert partner.post(form.group(1)).status_code == 422
    assert partner.post(form.group(1), {"understand": "on"}).status_code == 303
    assert (
        f'data-request="{reference}" data-status="completed"'
        in customer.get(f"/requests/{reference}/").content.decode()
    )
    late = partner.post(form.group(1), {"understand": "on"})
    assert late.status_code == 409
    assert "data-request" not in customer.get("/my-partner/").content.decode()


def test_a_rejection_without_a_reason_is_an_error(sign_in: SignIn) -> None:
    customer, partner = sign_in("customer-ready"), Client()
    partner.post("/accounts/login/", {"username": "partner-admin", "password": cast.PASSWORD})
    reference = submit(customer, "customer-ready")
    page = partner.get(f"/partner/process/{reference}/").content.decode()
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>(?:(?!</form>).)*Reject request', page, re.DOTALL)
    assert form
    assert partner.post(form.group(1), {"reason": " "}).status_code == 422
    assert partner.post(form.group(1), {"reason": "No"}).status_code == 303
    assert DisassociationRequest.objects.get(reference=reference).status == "rejected"


def test_a_log_row_names_its_reference_operation_and_result(sign_in: SignIn) -> None:
    customer = sign_in("customer-ready")
    reference = submit(customer, "customer-ready")
    html = customer.get("/my-partner/operation-log/").content.decode()
    row = re.search(r"<li[^>]*data-operation=\"requested\"[^>]*>", html)
    assert row
    assert f'data-reference="{reference}"' in row.group()
    assert 'data-result="done"' in row.group()
    assert "data-request=" not in html


def test_the_messages_are_a_bare_array_with_five_fields(sign_in: SignIn) -> None:
    client = sign_in("customer-ready")
    client.post(DISASSOCIATE, STATEMENT)
    deliver_due()
    found = json.loads(Client().get("/demo/messages/?format=json").content)
    assert {tuple(message) for message in found} == {("channel", "to", "subject", "body", "sent_at")}
    assert [m["sent_at"] for m in found] == sorted((m["sent_at"] for m in found), reverse=True)
    sms = next(m for m in found if m["channel"] == "sms")
    assert len(set(re.findall(r"\d{6}", sms["body"]))) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", sms["sent_at"])
    assert sms["to"] == str(SmsDevice.objects.get(user__username="customer-ready").number)


def test_log_contains_no_codes(sign_in: SignIn) -> None:
    customer = sign_in("customer-ready")
    submit(customer, "customer-ready")
    code = code_for(Challenge.objects.get())
    assert not OperationLogEntry.objects.filter(payload__contains=code).exists()
