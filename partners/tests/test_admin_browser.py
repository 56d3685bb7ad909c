"""Admin pages in Chromium, with scripts and widgets: no violation of the content security policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.tests.factories import PASSWORD, OrderFactory, SmsDeviceFactory, StaffFactory
from partners.models import DisassociationRequest
from partners.tests.factories import RequestFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTEN = """document.addEventListener("securitypolicyviolation",
    violation => console.error(`refused: ${violation.violatedDirective} ${violation.blockedURI}`))"""


@pytest.fixture
def request_() -> DisassociationRequest:
    request = RequestFactory()
    OrderFactory(tenant=request.customer)
    SmsDeviceFactory(user=request.requested_by)
    return request


@pytest.fixture
def staff_page(page: Page, live_server: LiveServer, request_: DisassociationRequest) -> Iterator[Page]:
    """Sign in as staff by the portal's login. Fails at the end if the browser reported a violation."""
    staff: User = StaffFactory(username="staff")
    refused: list[str] = []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: refused.append(message.text) if "refused" in message.text.lower() else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username or e-mail address").fill(staff.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/admin/")
    yield page
    assert refused == []


def open_all(page: Page, selector: str) -> None:
    """Open the pages of all links."""
    expect(page.locator(selector).first).to_be_visible()
    for href in page.locator(selector).evaluate_all("links => links.map(link => link.href)"):
        response = page.goto(href)
        assert response is not None
        assert response.status == 200, href


def test_every_list_and_every_form_to_add(staff_page: Page) -> None:
    open_all(staff_page, "#content-main a")


@pytest.mark.parametrize(
    "path", ["partners/disassociationrequest", "accounts/order", "accounts/user", "accounts/smsdevice"]
)
def test_every_row_with_its_history_and_reasons(staff_page: Page, live_server: LiveServer, path: str) -> None:
    staff_page.goto(f"{live_server.url}/admin/{path}/")
    staff_page.locator("#result_list tbody th a").first.click()
    staff_page.wait_for_url("**/change/")
    open_all(staff_page, ".object-tools a")


def test_the_widgets_of_dates_and_choices(staff_page: Page, live_server: LiveServer) -> None:
    staff_page.goto(f"{live_server.url}/admin/accounts/reservedinstance/add/")
    staff_page.locator(".datetimeshortcuts a").nth(1).click()
    expect(staff_page.locator(".calendarbox").first).to_be_visible()
    staff_page.goto(f"{live_server.url}/admin/auth/group/add/")
    expect(staff_page.locator(".selector-chosen")).to_be_visible()


def test_staff_change_their_password(staff_page: Page, live_server: LiveServer) -> None:
    staff_page.goto(f"{live_server.url}/admin/password_change/")
    expect(staff_page.get_by_label("Current password")).to_be_visible()


def test_a_request_is_rejected_from_the_list(
    staff_page: Page, live_server: LiveServer, request_: DisassociationRequest
) -> None:
    staff_page.goto(f"{live_server.url}/admin/partners/disassociationrequest/")
    staff_page.locator("input.action-select").check()
    staff_page.get_by_label("Action:").select_option("reject")
    staff_page.locator("button[name=index]").click()
    staff_page.get_by_label("Reason").fill("Asked by telephone")
    staff_page.get_by_role("button", name="Reject on behalf").click()
    expect(staff_page.get_by_text(f"{request_.reference} now has the status “Rejected”.")).to_be_visible()


def test_partner_is_looked_up_in_a_popup(
    staff_page: Page, live_server: LiveServer, request_: DisassociationRequest
) -> None:
    staff_page.goto(f"{live_server.url}/admin/accounts/tenant/act/associate/?ids={request_.customer_id}")
    with staff_page.expect_popup() as popup:
        staff_page.locator("#lookup_id_partner").click()
    popup.value.locator("#result_list tbody a").first.click()
    expect(staff_page.get_by_label("Partner")).to_have_value(str(request_.partner_id))
