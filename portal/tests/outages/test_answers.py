"""The 503 page: every fault of the database gets it, nothing is lost, and the same step succeeds afterwards."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from accounts.codes import code_for
from accounts.models import Challenge, OperationLogEntry, User
from accounts.sign_in.sessions import SEEN
from accounts.tests.factories import PASSWORD, UserFactory
from partners.models import DisassociationRequest
from partners.tests.factories import AssociationFactory, administrator_with_number
from portal.tests.outages import faults
from portal.tests.outages.faults import FAULTS, Fault, read_only

DISASSOCIATE, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"


def _buggy(_request: HttpRequest) -> HttpResponse:
    faults.run("SELECT 1 FROM nowhere")
    return HttpResponse()


urlpatterns = [path("buggy/", _buggy), path("", include("portal.urls"))]
handler400 = "accounts.views.errors.bad_request"
handler500 = "accounts.views.errors.server_error"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def customer() -> User:
    return administrator_with_number(AssociationFactory())


@pytest.fixture
def signed_in(customer: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(customer)
    return client


def start(signed_in: Client) -> dict[str, str]:
    """Start a disassociation, and return the form with its code."""
    signed_in.post(DISASSOCIATE, {"understand": "on", "reason": "We buy in-house."})
    return {"code": code_for(Challenge.objects.get())}


def must_be_saved(signed_in: Client) -> None:
    """Let the next page save the session: the time of the last request is saved once a minute."""
    session = signed_in.session
    session[SEEN] -= 120
    session.save()


def assert_unavailable(response: Any) -> None:
    page = response.content.decode()
    assert (response.status_code, response.get("Retry-After")) == (503, "10"), page
    assert response["Cache-Control"] == "no-store"
    assert "<h1>The portal cannot answer right now</h1>" in page
    assert "Nothing was lost." in page
    assert re.search(r'<code class="nowrap"><bdi dir="ltr">[0-9a-f-]{36}</bdi></code>', page)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_code_that_met_an_outage_is_accepted_afterwards(signed_in: Client, fault: Fault) -> None:
    form = start(signed_in)
    entries = OperationLogEntry.objects.count()
    with fault():
        assert_unavailable(signed_in.post(VERIFY, form))
    assert not DisassociationRequest.objects.exists()
    assert Challenge.objects.get().wrong_tries_at == []
    assert OperationLogEntry.objects.count() == entries
    assert signed_in.post(VERIFY, form).status_code == 303
    assert DisassociationRequest.objects.count() == 1


def test_a_wrong_code_that_met_an_outage_is_not_counted(signed_in: Client) -> None:
    wrong = {"code": f"{(int(start(signed_in)['code']) + 7) % 10**6:06d}"}
    with read_only():
        assert_unavailable(signed_in.post(VERIFY, wrong))
    assert Challenge.objects.get().wrong_tries_at == []


def test_a_sign_in_that_met_an_outage_succeeds_afterwards() -> None:
    user, client = UserFactory(), Client(raise_request_exception=False)
    form = {"username": user.username, "password": PASSWORD}
    with read_only():
        response = client.post("/accounts/login/", form)
        assert_unavailable(response)
        assert "sessionid" not in response.cookies
        assert_unavailable(client.post("/accounts/login/", {**form, "password": "wrong"}))
    assert client.post("/accounts/login/", form).status_code in (302, 303)


def test_a_sign_out_that_met_an_outage_signed_nobody_out(signed_in: Client) -> None:
    with read_only():
        assert_unavailable(signed_in.post("/accounts/logout/"))
    assert signed_in.get("/my-partner/").status_code == 200


def test_a_session_that_cannot_be_saved_is_no_bad_request(signed_in: Client) -> None:
    must_be_saved(signed_in)
    with read_only():
        assert_unavailable(signed_in.get("/my-partner/"))
    assert signed_in.get("/my-partner/").status_code == 200


def test_staff_get_the_same_page(admin_user: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(admin_user)
    must_be_saved(client)
    with read_only():
        assert_unavailable(client.get("/admin/"))


def test_a_page_offers_to_try_again_and_a_form_to_send_it_again(signed_in: Client) -> None:
    form = start(signed_in)
    must_be_saved(signed_in)
    with read_only():
        page = signed_in.get("/my-partner/?x=<b>").content.decode()
        answer = signed_in.post(VERIFY, form).content.decode()
    assert 'href="/my-partner/?x=%3Cb%3E">Try again</a>' in page
    assert "go back and send the form again: a code that you entered is still valid" in answer
    assert ">Try again</a>" not in answer


def test_the_log_has_one_line_with_the_reference_of_the_page(
    signed_in: Client, caplog: pytest.LogCaptureFixture
) -> None:
    form = start(signed_in)
    caplog.clear()
    with read_only(), caplog.at_level(logging.WARNING):
        page = signed_in.post(VERIFY, form).content.decode()
    (line,) = (record for record in caplog.records if record.levelno >= logging.WARNING)
    written: Any = line.msg
    assert (written["event"], written["code"]) == ("request_failed", 503)
    assert written["outage"] in ("ReadOnlySqlTransaction", "OperationalError")
    assert written["request_id"] in page


def test_a_bug_is_still_500(signed_in: Client) -> None:
    response = signed_in.get("/buggy/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "Retry-After" not in response
