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


def test_a_wrong_method_has_its_page_for_strangers_too() -> None:
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


def test_a_form_without_its_token_is_403_and_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "This form is out of date" in response.content.decode()


def test_a_form_without_its_token_shows_the_frame_to_who_is_signed_in(signed_in: Client) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    page = client.post("/notifications/read/").content.decode()
    assert "This form is out of date" in page
    assert "Sign out" in page


def test_unknown_host_is_400_before_authentication() -> None:
    response = Client().get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read this request" in response.content.decode()


def test_the_page_of_a_crash_needs_no_database_and_no_session() -> None:
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
