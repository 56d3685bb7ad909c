"""The error pages, for anonymous users, users of tenants and staff."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import MemberFactory, StaffFactory, UserFactory
from accounts.views.errors import server_error, too_many_requests

NOON = datetime(2025, 11, 13, 12, 0, tzinfo=UTC)


def _raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def _limited(request: HttpRequest) -> HttpResponse:
    return too_many_requests(request, "Too many codes. Try again at 09:42.", timezone.now() + timedelta(seconds=90))


urlpatterns = [
    path("broken/", _raising(RuntimeError("a bug with a secret in it"))),
    path("denied/", _raising(PermissionDenied("inside knowledge"))),
    path("missing/", _raising(Http404("inside knowledge"))),
    path("suspicious/", _raising(SuspiciousOperation("inside knowledge"))),
    path("limited/", _limited),
    path("", include("portal.urls")),
]
handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.permission_denied"
handler404 = "accounts.views.errors.page_not_found"
handler500 = "accounts.views.errors.server_error"
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
PAGES = {
    "/suspicious/": (400, "We could not read this request"),
    "/denied/": (403, "You may not open this page"),
    "/missing/": (404, "We cannot find this page"),
    "/limited/": (429, "Too many attempts"),
    "/broken/": (500, "Something went wrong"),
}


@pytest.fixture
def signed_in() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(tenant__name="Northfield Traders"))
    return client


@pytest.mark.parametrize("address", PAGES)
def test_an_error_page_says_what_happened_and_gives_a_reference(signed_in: Client, address: str) -> None:
    status, title = PAGES[address]
    response = signed_in.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<title>Error: {title} - Partner Portal</title>" in page
    assert f"<h1>{title}</h1>" in page
    assert re.search(r'<code class="nowrap"><bdi dir="ltr">[0-9a-f-]{36}</bdi></code>', page)
    assert "secret" not in page
    assert "inside knowledge" not in page


def test_the_page_of_a_refusal_does_not_name_a_rule_that_was_not_meant_for_it(signed_in: Client) -> None:
    page = signed_in.get("/denied/").content.decode()
    assert "Your role does not allow it." in page
    assert "Nothing has changed." in page


@pytest.mark.parametrize(
    ("make", "address", "rule"),
    [
        (MemberFactory, "/account/currency/", "Only administrators can set the currency. Ask one of yours."),
        (MemberFactory, "/my-partner/operation-log/", "Only administrators can export the log. Ask one of yours."),
        (UserFactory, "/partner/operation-log/", "This page is for partners."),
        (UserFactory, "/admin/", "The administration is for vendor staff."),
        (StaffFactory, "/account/mobile-number/", "This page is for customers and partners, not for vendor staff."),
    ],
)
def test_the_page_of_a_refusal_names_its_own_rule(make: Callable[[], User], address: str, rule: str) -> None:
    client = Client()
    client.force_login(make(), backend="accounts.sign_in.backends.AccountBackend")
    answer = client.post(address)
    assert answer.status_code == 403
    assert rule in answer.content.decode()


def test_a_wrong_method_is_405_with_a_page_and_the_methods_that_are_right(signed_in: Client) -> None:
    response = signed_in.get("/accounts/logout/")
    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>You cannot use this page that way</h1>" in page
    assert "Sign out" in page
    assert signed_in.get("/notifications/").status_code == 200


def test_wrong_method_has_an_error_page_for_anonymous_users() -> None:
    response = Client().put("/accounts/login/")
    assert response.status_code == 405
    assert "Go back and use the buttons of the page" in response.content.decode()


@pytest.mark.parametrize("address", ["/suspicious/", "/denied/", "/missing/", "/limited/"])
def test_error_page_of_a_user_has_the_portal_layout(signed_in: Client, address: str) -> None:
    page = signed_in.get(address).content.decode()
    assert "Sign out" in page
    assert "Northfield Traders" in page


def test_unknown_url_is_404_without_navigation_for_anonymous_users() -> None:
    response = Client().get("/no/such/page/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Sign out" not in page
    assert "/accounts/login/" in page


def test_error_page_of_staff_has_no_tenant_navigation() -> None:
    client = Client()
    client.force_login(StaffFactory())
    page = client.get("/notifications/")
    assert page.status_code == 403
    assert "My Partner" not in page.content.decode()


def test_unknown_and_foreign_objects_get_the_same_404_page(signed_in: Client) -> None:
    def bare(address: str) -> str:
        page = signed_in.get(address).content.decode()
        page = re.sub(r'value="[^"]{64}"', "", page)
        return re.sub(r"[0-9a-f-]{36}", "", page)

    assert bare("/missing/") == bare("/no/such/page/")


@time_machine.travel(NOON, tick=False)
def test_limit_shows_the_wait_in_header_and_text(signed_in: Client) -> None:
    response = signed_in.get("/limited/")
    assert response["Retry-After"] == "90"
    assert "Too many codes. Try again at 09:42." in response.content.decode()


@pytest.mark.parametrize("seconds", [0, -5])
def test_retry_after_is_at_least_one_second(rf: RequestFactory, seconds: int) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    assert too_many_requests(rf.get("/"), "Wait.", until)["Retry-After"] == "1"


NO_COOKIE, STALE = "Your browser did not send our cookie", "This form is out of date"
ELSEWHERE, UNNAMED = "This form comes from another address", "Your browser did not say which page the form is from"


def with_cookie() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    return client


@pytest.mark.parametrize(
    ("has_cookie", "form", "headers", "cause"),
    [
        (False, {}, {}, NO_COOKIE),
        (False, {"csrfmiddlewaretoken": "a" * 64}, {}, NO_COOKIE),
        (True, {}, {}, STALE),
        (True, {"csrfmiddlewaretoken": "a" * 64}, {}, STALE),
        (True, {"csrfmiddlewaretoken": "x"}, {}, STALE),
        (True, {}, {"Origin": "https://evil.example"}, ELSEWHERE),
        (True, {}, {"Origin": "null"}, ELSEWHERE),
        (False, {}, {"Origin": "http://testserver:8443"}, ELSEWHERE),
    ],
)
def test_a_refused_form_is_403_and_names_its_cause(
    has_cookie: bool, form: dict[str, str], headers: dict[str, str], cause: str
) -> None:
    client = with_cookie() if has_cookie else Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"username": "x", "password": "y", **form}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 403
    assert [words for words in (NO_COOKIE, STALE, ELSEWHERE, UNNAMED) if words in page] == [cause]
    assert "We did nothing" in page
    assert "evil.example" not in page


@pytest.mark.parametrize(
    ("referer", "cause"),
    [
        ("", UNNAMED),
        ("https://evil.example/x", ELSEWHERE),
        ("http://testserver/accounts/login/", ELSEWHERE),
        ("https:///x", ELSEWHERE),
        ("https://testserver/accounts/login/", STALE),
    ],
)
def test_over_https_a_refused_form_names_its_cause_too(referer: str, cause: str) -> None:
    headers = {"Referer": referer} if referer else {}
    response = with_cookie().post("/accounts/login/", {}, headers=headers, secure=True)
    assert response.status_code == 403
    assert cause in response.content.decode()


def test_a_form_from_elsewhere_names_the_address_of_the_portal(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.vendor.example"
    page = with_cookie().post("/accounts/login/", {}, headers={"Origin": "https://old.vendor.example"})
    assert '<a href="https://portal.vendor.example">' in page.content.decode()


def test_a_form_of_the_public_address_is_taken_whatever_host_the_proxy_passes(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://portal.vendor.example"]
    client = with_cookie()
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "username": "x", "password": "y"}
    statuses = [
        client.post("/accounts/login/", form, headers={"Origin": origin}).status_code
        for origin in (
            "https://portal.vendor.example",
            "https://portal.vendor.example.evil.example",
            "https://evil.example",
        )
    ]
    assert statuses == [422, 403, 403]


def test_csrf_error_page_has_the_layout_of_the_user(signed_in: Client) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    for headers, cause in (({}, NO_COOKIE), ({"Origin": "https://evil.example"}, ELSEWHERE)):
        page = client.post("/notifications/read/", headers=headers).content.decode()
        assert cause in page
        assert "Sign out" in page


def test_unknown_host_is_400_before_authentication() -> None:
    response = Client().get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read this request" in response.content.decode()


def test_500_page_needs_no_database_and_no_session() -> None:
    request = HttpRequest()
    with CaptureQueriesContext(connection) as queries:
        response = server_error(request)
    assert response.status_code == 500
    assert not queries
    assert b"Something went wrong" in response.content


def test_the_page_of_a_crash_survives_a_missing_list_of_static_files(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    page = server_error(HttpRequest()).content
    assert b"Something went wrong" in page
    assert b"stylesheet" not in page


@pytest.mark.parametrize("address", PAGES)
def test_no_error_page_reads_more_than_session_user_and_the_two_counts_of_the_frame(
    signed_in: Client, address: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(address)
    assert len(queries) <= 4
