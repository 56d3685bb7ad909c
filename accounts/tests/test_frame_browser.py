"""The page layout in Chromium: keyboard, no script, content security policy."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_notifications_page import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COUNTDOWN = """
<form><button disabled>Send new code</button>
<p data-countdown-running>Possible in
<span data-countdown="2" data-one="second" data-many="seconds">2 seconds</span></p>
<p data-countdown-over hidden>Possible now</p></form>
"""
CLICK_TWICE = """() => {
  let sent = 0;
  window.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
  const button = document.querySelector("button");
  button.click();
  button.click();
  return sent;
}"""
# The sum of all layout shifts so far.
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.fixture
def user() -> User:
    user: User = UserFactory(tenant__name="Northfield Traders")
    tell(user)
    return user


def sign_in(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/accounts/login/?next=/notifications/")
    page.get_by_label("Username or e-mail address").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Notifications", level=1)).to_be_visible()


def test_content_policy_allows_all_our_assets(page: Page, live_server: LiveServer, user: User) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, live_server.url, user)
    icon = page.locator(".topbar__bell use")
    assert icon.evaluate("element => element.getBBox().width") > 0
    assert said == []


def test_the_errors_of_a_form_get_the_focus(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter your password").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_first_tab_stop_is_a_skip_link_to_the_content(page: Page, live_server: LiveServer, user: User) -> None:
    sign_in(page, live_server.url, user)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_menu_of_a_small_screen_closes_by_escape(page: Page, live_server: LiveServer, user: User) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, live_server.url, user)
    page.locator(".topbar__small > summary").click()
    expect(page.get_by_role("link", name="Account Center")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Account Center")).to_be_hidden()


def test_sign_in_and_sign_out_work_without_javascript(browser: Browser, live_server: LiveServer, user: User) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    sign_in(page, live_server.url, user)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    page.locator(".topbar__small > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_without_script_the_user_menu_changes_the_theme(browser: Browser, live_server: LiveServer, user: User) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    page = context.new_page()
    sign_in(page, live_server.url, user)
    page.locator(".topbar__end summary").click()
    expect(page.locator(".topbar__end")).to_contain_text(f"{user.username}Northfield TradersCustomer · Administrator")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{live_server.url}/notifications/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_of_the_page_moves_while_it_loads(page: Page, live_server: LiveServer, user: User, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live_server.url, user)
    for path in ("/notifications/", "/account/", "/no/such/page/"):
        page.goto(f"{live_server.url}{path}", wait_until="networkidle")
        assert page.evaluate(SHIFTS) == 0, path


@pytest.mark.parametrize("width", [360, 768, 1024, 1440, 1920])
def test_bar_and_page_share_their_edges(page: Page, live_server: LiveServer, user: User, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live_server.url, user)
    page.wait_for_load_state()  # with its stylesheet
    bar, shell = page.locator(".topbar__inner").bounding_box(), page.locator(".shell").bounding_box()
    assert bar
    assert shell
    assert (bar["x"], bar["width"]) == (shell["x"], shell["width"])
    assert page.evaluate("() => document.documentElement.scrollWidth") == width


def test_countdown_for_a_new_code_ends_without_reload(page: Page) -> None:
    page.set_content(COUNTDOWN)
    page.add_script_tag(path="static/js/countdown.js")
    expect(page.get_by_role("button", name="Send new code")).to_be_disabled()
    expect(page.get_by_role("button", name="Send new code")).to_be_enabled()
    expect(page.get_by_text("Possible now")).to_be_visible()
    expect(page.get_by_text("Possible in")).to_be_hidden()


@pytest.mark.parametrize(("attribute", "sent"), [("data-submit-once", 1), ("", 2)])
def test_a_second_click_on_a_form_that_is_sent_once_sends_nothing(page: Page, attribute: str, sent: int) -> None:
    """Without the attribute, two clicks submit the form twice."""
    page.set_content(f'<form method="post" {attribute}><button>OK</button></form>')
    page.add_script_tag(path="static/js/submit-once.js")
    assert page.evaluate(CLICK_TWICE) == sent
