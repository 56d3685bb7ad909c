"""Secrets stand where they must and nowhere else: the whole way is walked against the real programs, then every trace
of it is searched. A code stands nowhere but in its message, a full number in the device's own column and at the
provider, a session's key in the session table and its cookie, everything else nowhere.
"""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings

from portal.tests.leaks.secrecy import Secrets, encoded, rows_with, stands_in
from portal.tests.leaks.traces import Traces
from portal.tests.leaks.walk import walked

pytestmark = pytest.mark.django_db

NUMBER_COLUMNS = {("accounts_smsdevice", "number"), ("accounts_smsdevice", "pending_number")}
SESSION_COLUMNS = {("django_session", "session_key"), ("django_session", "session_data")}
COOKIES = {"sessionid": "sessions", "csrftoken": "forms"}
EVERYTHING = ("codes", "numbers", "sessions", "forms", "passwords", "links", "keys")


@pytest.fixture(scope="module")
def traces(django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return walked(django_db_blocker, tmp_path_factory.mktemp("leaks"))


def test_the_way_was_walked(traces: Traces) -> None:
    """What the other tests search is there: every kind of secret, every kind of step."""
    assert {kind: len(traces.secrets.of(kind)) > 0 for kind in EVERYTHING} == dict.fromkeys(EVERYTHING, True)
    done = {"requested", "approved", "rejected", "withdrawn", "cancelled", "completed", "granted", "number-changed"}
    done |= {"code-sent", "code-refused", "code-locked", "log-exported", "notice-resent", "record-changed"}
    assert done - traces.operations == set()
    assert traces.failed_notices > 0
    assert 500 not in traces.record.statuses


def test_the_output_of_the_programs_holds_no_secret(traces: Traces) -> None:
    assert "/my-partner/disassociate/verify/" in traces.output, "The log of the requests is missing."
    assert traces.secrets.found_in(traces.output) == set()


def test_the_search_of_the_output_finds_what_a_program_says(traces: Traces) -> None:
    assert traces.secrets.found_in(traces.careless_output, "keys") == {settings.SECRET_KEY}


@pytest.mark.worker
def test_the_broker_holds_no_secret_while_messages_wait(traces: Traces) -> None:
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    assert "accounts.deliver" in traces.broker, "No message was waiting."
    assert traces.secrets.found_in(traces.broker) == set()


@pytest.mark.worker
def test_the_search_of_the_broker_finds_what_a_message_says(traces: Traces) -> None:
    if not settings.REDIS_URL:
        pytest.skip("REDIS_URL is not set.")
    assert traces.secrets.found_in(traces.careless_broker, "codes", "numbers") == traces.planted


def test_no_table_holds_a_code_a_password_a_link_or_a_key(traces: Traces) -> None:
    assert rows_with(traces.secrets, traces.rows, "codes", "passwords", "links", "keys", "forms") == {}


def test_unmasked_number_is_stored_only_in_the_device(traces: Traces) -> None:
    assert set(rows_with(traces.secrets, traces.rows, "numbers")) == NUMBER_COLUMNS


def test_the_key_of_a_session_stands_in_the_session_table_alone(traces: Traces) -> None:
    assert set(rows_with(traces.secrets, traces.rows, "sessions")) == SESSION_COLUMNS


def test_the_search_of_the_tables_finds_what_a_row_says(traces: Traces) -> None:
    found = rows_with(traces.secrets, traces.careless_rows, "codes", "numbers")
    assert set(found) - NUMBER_COLUMNS == {("accounts_notification", "context"), ("accounts_tenant", "contact_phone")}


def test_no_url_or_referer_contains_a_secret_except_the_mailed_link(traces: Traces) -> None:
    links = [url for url in traces.record.urls if "/accounts/set-password/" in url]
    assert traces.secrets.found_in("\n".join(links), "links"), "Nobody followed the link."
    assert len(set(traces.record.referers)) > 10
    addresses = [url for url in traces.record.urls if url not in links] + traces.record.locations
    assert traces.secrets.found_in("\n".join(addresses)) == set()
    assert traces.secrets.found_in("\n".join(traces.record.referers)) == set()
    assert traces.record.policies <= {"same-origin", "no-referrer"}


def test_cookies_contain_separate_secrets_and_are_http_only(traces: Traces) -> None:
    for cookie in traces.record.cookies:
        name = cookie.partition("=")[0]
        assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}, name
        others = [kind for kind in EVERYTHING if kind != COOKIES[name]]
        assert traces.secrets.found_in(cookie, *others) == set(), name
    assert traces.secrets.found_in("\n".join(traces.record.cookies)) == traces.secrets.of("sessions", "forms")


def test_no_page_shows_a_full_number_a_code_a_key_or_a_session(traces: Traces) -> None:
    """But for the number that somebody has just typed, in the form that says that the password is not right."""
    kinds = [kind for kind in EVERYTHING if kind != "links"]
    shown = {
        (urlsplit(url).path, s) for url, page in traces.record.pages for s in traces.secrets.found_in(page, *kinds)
    }
    assert shown
    assert {path for path, _secret in shown} == {"/account/mobile-number/"}
    assert {secret for _path, secret in shown} <= traces.secrets.numbers
    assert [url for url, _page in traces.record.pages if url.endswith("/metrics")]


def test_a_contact_telephone_is_masked_where_the_other_side_reads_it(traces: Traces) -> None:
    """Staff read it in full in the admin, which shows that it would be found."""
    shared = ("/my-partner/", "/partner/", "/requests/")
    read = "\n".join(page for url, page in traces.record.pages if urlsplit(url).path.startswith(shared))
    admin = "\n".join(page for url, page in traces.record.pages if urlsplit(url).path.startswith("/admin/"))
    assert "•••" in read
    assert [phone for phone in traces.contacts if phone in admin]
    assert not [phone for phone in traces.contacts if phone[2:] in read]


def test_a_code_goes_to_the_number_of_its_owner_alone(traces: Traces) -> None:
    told = {(secret, to) for to, text in traces.texts for secret in traces.secrets.found_in(text, "codes")}
    assert told
    assert told == traces.owners_of_codes


def test_messages_hold_no_secret_but_the_code_and_the_link(traces: Traces) -> None:
    texts = "\n".join(text for _to, text in traces.texts)
    assert traces.secrets.found_in(texts, *(kind for kind in EVERYTHING if kind != "codes")) == set()
    mails = "\n".join(traces.mails)
    assert traces.secrets.found_in(mails, "links") == traces.secrets.links
    assert traces.secrets.found_in(mails, *(kind for kind in EVERYTHING if kind != "links")) == set()
    assert traces.inbox
    assert traces.secrets.found_in("\n".join(traces.inbox)) == set()


def test_the_export_holds_no_secret(traces: Traces) -> None:
    (export,) = (page for _url, page in traces.record.pages if "# complete," in page)
    assert traces.secrets.found_in(export) == set()


@pytest.mark.parametrize("secret", ["482913", "+447700900123", "a+b/c=d&e-long-secret", 'q"uo<te\\d'])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_the_search_finds_every_form_in_which_a_secret_travels(secret: str, before: str) -> None:
    wrapped = [
        f"({secret})",
        quote(f"({secret})"),
        json.dumps({before: secret}),
        base64.b64encode(f"{before}{secret}yes".encode()).decode(),
        base64.urlsafe_b64encode(f"{before}{secret}".encode()).decode(),
        f"{before}{secret}".encode().hex(),
    ]
    assert [text for text in wrapped if not stands_in(secret, text)] == []


@pytest.mark.parametrize("text", ["2027-01-11T08:30:01.482913Z", "a482913b", "1482913", "48291", "4829137"])
def test_the_search_takes_no_part_of_a_longer_word_for_a_code(text: str) -> None:
    assert not stands_in("482913", text)


@pytest.mark.parametrize("text", ["7700 900123", "07700 900 123", "+44%207700%20900123", "7700-900-123"])
def test_the_search_finds_a_number_however_it_is_written(text: str) -> None:
    assert stands_in("+447700900123", text)


def test_the_search_finds_a_secret_of_one_kind_only_where_it_is_asked_for() -> None:
    secrets = Secrets(codes={"482913"}, keys={"a-key"})
    assert secrets.found_in("482913 a-key", "keys") == {"a-key"}
    assert secrets.found_in("482913 a-key") == {"482913", "a-key"}
    assert len(encoded("a-key")) > 4
