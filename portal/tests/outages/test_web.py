"""The web process during an outage: every request is answered within its limits, and none is committed afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.codes import code_for
from accounts.models import Challenge, User
from accounts.sign_in.sessions import SEEN
from partners.models import DisassociationRequest
from partners.tests.factories import AssociationFactory, administrator_with_number
from portal import probe
from portal.tests.kills.browser import Browser, Page, token_in
from portal.tests.kills.system import HOST
from portal.tests.outages import faults
from portal.tests.outages.conftest import THREADS, Web

VERIFY = "/my-partner/disassociate/verify/"
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server.")
pytestmark = pytest.mark.django_db(transaction=True)


def browser_of(user: User, web: Web, *, is_stale: bool = False) -> Browser:
    """Return a signed-in browser. A stale session must be saved by its next page."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[SEEN] -= 120 if is_stale else 0
    session.save()
    return Browser(web.port, cookies={"__Host-sessionid": str(session.session_key)})


def code_page(web: Web) -> tuple[Browser, dict[str, str]]:
    """Start a disassociation. Return the browser of the customer and the form that submits it."""
    browser = browser_of(administrator_with_number(AssociationFactory()), web)
    browser.send("/my-partner/disassociate/", understand="on", reason="We buy in-house.")
    token = token_in(browser.get(VERIFY))
    return browser, {"code": code_for(Challenge.objects.get()), "csrfmiddlewaretoken": token}


def is_outage(page: Page) -> bool:
    return page.status == 503 and page.retry_after == "10" and "Nothing was lost." in page.text


def test_a_request_that_waits_for_a_lock_is_answered_and_never_committed(web: Web) -> None:
    browser, form = code_page(web)
    with faults.rows_locked("partners_association"):
        page = browser.post(VERIFY, form)
        assert is_outage(page), page
    web.end()  # has nothing left to commit
    assert not DisassociationRequest.objects.exists()
    web.start("web")
    assert browser.post(VERIFY, form).status == 303
    assert DisassociationRequest.objects.count() == 1


def test_a_locked_table_keeps_no_thread(web: Web) -> None:
    user = administrator_with_number(AssociationFactory())
    browsers = [browser_of(user, web, is_stale=True) for _thread in range(3 * THREADS)]
    with ThreadPoolExecutor(len(browsers)) as crowd:
        with faults.tables_locked("django_session"):
            pages = list(crowd.map(lambda browser: browser.get("/my-partner/"), browsers))
            assert probe.answers("/healthz", web.port, HOST)
        assert [page for page in pages if not is_outage(page)] == []
        assert {page.status for page in crowd.map(lambda browser: browser.get("/my-partner/"), browsers)} == {200}


@on_postgresql
def test_an_absent_database_is_an_outage_and_one_that_is_back_serves_the_next_request(web: Web) -> None:
    browser, form = code_page(web)
    assert web.relay is not None
    web.relay.cut()
    pages = [browser.get("/my-partner/"), browser.get("/admin/"), browser.post(VERIFY, form)]
    assert [page for page in pages if not is_outage(page)] == []
    assert probe.answers("/healthz", web.port, HOST)
    web.relay.join()
    assert browser.post(VERIFY, form).status == 303
    assert DisassociationRequest.objects.count() == 1
