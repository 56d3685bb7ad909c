"""Steps out of order, taken twice, or taken in a window that is behind: each is answered, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.codes import code_for
from accounts.models import Challenge, OperationLogEntry, SmsDevice, User
from partners.models import Association, DisassociationRequest
from portal.tests.given import NEW_PASSWORD, valid
from portal.tests.hostile import world
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.watch import books

pytestmark = pytest.mark.django_db
DISASSOCIATE, VERIFY = "/my-partner/disassociate/", "/my-partner/disassociate/verify/"
NEW_CODE = f"{VERIFY}new-code/"
STATEMENT = valid("understand", "reason")
READY, REFERRAL, PARTNER = "customer-ready", "customer-referral", "partner-admin"
OF_LOG = {"accounts.OperationLogEntry", "accounts.ChainHead"}


def changed(before: dict[str, str]) -> set[str]:
    """The tables that are not as they were, but for the log, whose new entries are refusals."""
    after = books()
    return {table for table in before if before[table] != after[table]} - OF_LOG


def only_refusals_since(newest: int) -> bool:
    return not OperationLogEntry.objects.filter(pk__gt=newest).exclude(result="refused").exists()


def newest_entry() -> int:
    return OperationLogEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]


def code_of(username: str, purpose: str = "disassociate") -> str:
    return code_for(Challenge.objects.open().get(user__username=username, purpose=purpose))


def reference_of(initiator: str) -> str:
    found = DisassociationRequest.objects.filter(status="pending", initiator=initiator).order_by("pk")
    return str(found.values_list("reference", flat=True)[0])


def test_a_code_that_was_never_asked_for_submits_nothing(targets: Targets) -> None:
    before, newest, client = books(), newest_entry(), world.client_of(REFERRAL)
    answer: Any = client.post(VERIFY, {"code": "123456"})
    assert (answer.status_code, answer["Location"]) == (303, DISASSOCIATE)
    assert changed(before) == set()
    assert only_refusals_since(newest)


def test_a_new_code_without_a_first_one_is_not_sent(targets: Targets) -> None:
    before, newest, client = books(), newest_entry(), world.client_of(REFERRAL)
    answer: Any = client.post(NEW_CODE)
    assert (answer.status_code, answer["Location"]) == (303, DISASSOCIATE)
    assert changed(before) == set()
    assert only_refusals_since(newest)


def test_the_statement_cannot_be_skipped(targets: Targets) -> None:
    before, client = books(), world.client_of(REFERRAL)
    for form in ({}, {"reason": "x"}, {"understand": ""}, {"understand": "false"}, {"Understand": "on"}):
        assert client.post(DISASSOCIATE, form).status_code == 422
    assert changed(before) == set()


@pytest.mark.parametrize("username", ["customer-arrears", "customer-stale-orders", "customer-open-request"])
def test_a_confirmation_without_passing_the_checks_sends_no_code(targets: Targets, username: str) -> None:
    before, newest, client = books(), newest_entry(), world.client_of(username)
    assert client.post(DISASSOCIATE, STATEMENT).status_code == 409
    assert client.post(VERIFY, {"code": "123456"}).status_code == 303
    assert changed(before) == set()
    assert only_refusals_since(newest)


@pytest.mark.parametrize(
    ("path", "purpose", "form"),
    [
        (VERIFY, "release-number", {}),
        ("/account/mobile-number/code/", "disassociate", {"purpose": "release-number"}),
        ("/account/mobile-number/code/", "disassociate", {"purpose": "confirm-number"}),
        ("/account/mobile-number/code/", "release-number", {"purpose": "confirm-number"}),
    ],
)
def test_a_code_is_good_for_its_own_purpose_alone(
    targets: Targets, path: str, purpose: str, form: dict[str, str]
) -> None:
    newest, number = newest_entry(), SmsDevice.objects.get(user__username=READY).number
    answer: Any = world.client_of(READY).post(path, {"code": code_of(READY, purpose), **form})
    assert answer.status_code in (303, 422)
    assert only_refusals_since(newest)
    assert SmsDevice.objects.get(user__username=READY).number == number
    assert not DisassociationRequest.objects.filter(requested_by__username=READY).exists()
    assert Challenge.objects.open().filter(user__username=READY, purpose=purpose).exists()


def test_the_code_of_somebody_else_is_a_wrong_one(targets: Targets) -> None:
    other = world.client_of("customer-referral")
    assert other.post(DISASSOCIATE, STATEMENT).status_code == 303
    assert world.client_of(READY).post(VERIFY, {"code": code_of("customer-referral")}).status_code == 422
    assert not DisassociationRequest.objects.filter(requested_by__username=READY).exists()


@pytest.mark.parametrize("typed", ["１２３ ４５６", "١٢٣٤٥٦", "{0}\0", "0{0}", "{0}\u200b0", "{0}{0}", "²³¹²³¹"])
def test_what_only_looks_like_a_code_makes_no_request(targets: Targets, typed: str) -> None:
    text = typed.format(code_of(READY))
    answer: Any = world.client_of(READY).post(VERIFY, {"code": text})
    assert answer.status_code == 422
    assert not DisassociationRequest.objects.filter(requested_by__username=READY).exists()


def test_a_right_code_in_digits_of_another_script_is_the_right_code(targets: Targets) -> None:
    arabic = code_of(READY).translate({ord("0") + digit: chr(0x660 + digit) for digit in range(10)})
    assert world.client_of(READY).post(VERIFY, {"code": arabic}).status_code == 303
    assert DisassociationRequest.objects.filter(requested_by__username=READY).count() == 1


@pytest.mark.parametrize("typed", ["{0}\u200b", "\u202e{0}", "\u2068{0}\u2069"])
def test_a_right_code_pasted_with_invisible_characters_is_the_right_code(targets: Targets, typed: str) -> None:
    assert world.client_of(READY).post(VERIFY, {"code": typed.format(code_of(READY))}).status_code == 303
    assert DisassociationRequest.objects.filter(requested_by__username=READY).count() == 1


def test_two_windows_and_a_reload_make_one_request(targets: Targets) -> None:
    code, first, second = code_of(READY), world.client_of(READY), world.client_of(READY)
    answers: list[Any] = [client.post(VERIFY, {"code": code}) for client in (first, second, first, second)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert DisassociationRequest.objects.filter(requested_by__username=READY).count() == 1
    assert first.post(DISASSOCIATE, STATEMENT).status_code == 409


def test_a_window_that_shows_the_code_before_the_last_says_so(targets: Targets) -> None:
    old = code_of(READY)
    SmsDevice.objects.filter(user__username=READY).update(last_generated_timestamp=None)
    client = world.client_of(READY)
    assert client.post(NEW_CODE).status_code == 303
    answer: Any = client.post(VERIFY, {"code": old})
    assert answer.status_code == 422
    assert "A newer code was sent" in answer.content.decode()


def test_a_request_is_withdrawn_once(targets: Targets) -> None:
    reference, client = reference_of("partner"), world.client_of(PARTNER)
    assert client.post(f"/requests/{reference}/withdraw/", valid("understand")).status_code == 303
    before = books()
    late: Any = client.post(f"/requests/{reference}/withdraw/", valid("understand"))
    assert late.status_code == 409
    assert "<h1>" in late.content.decode()
    assert changed(before) == set()


@pytest.mark.parametrize("verb", ["approve", "reject", "withdraw"])
def test_nothing_follows_a_decision(targets: Targets, verb: str) -> None:
    reference = reference_of("partner")
    user = User.objects.get(tenant=DisassociationRequest.objects.get(reference=reference).customer)
    customer, partner = world.client_of(user.username), world.client_of(PARTNER)
    assert customer.post(f"/requests/{reference}/reject/", valid("reason")).status_code == 303
    before, client = books(), partner if verb == "withdraw" else customer
    assert client.post(f"/requests/{reference}/{verb}/", valid("understand", "reason")).status_code == 409
    assert changed(before) == set()


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_nobody_decides_its_own_request(targets: Targets, verb: str) -> None:
    reference, before = reference_of("partner"), books()
    assert world.client_of(PARTNER).post(f"/requests/{reference}/{verb}/", {"reason": "x"}).status_code == 403
    assert changed(before) == set()


def test_a_code_that_was_on_its_way_when_the_association_ended_ends_nothing_more(targets: Targets) -> None:
    code = code_of(READY)
    association = Association.objects.get(customer__users__username=READY, ended_at=None)
    Association.objects.filter(pk=association.pk).update(ended_at=association.started_at, ended_by="vendor")
    answer: Any = world.client_of(READY).post(VERIFY, {"code": code})
    assert answer.status_code < 500
    assert not DisassociationRequest.objects.filter(requested_by__username=READY).exists()


def test_a_number_is_not_confirmed_before_the_old_one_let_go(targets: Targets) -> None:
    newest, before = newest_entry(), SmsDevice.objects.get(user__username=READY).number
    form = {"purpose": "confirm-number", "code": "123456"}
    assert world.client_of(READY).post("/account/mobile-number/code/", form).status_code in (303, 422)
    assert only_refusals_since(newest)
    assert SmsDevice.objects.get(user__username=READY).number == before


def test_a_link_to_set_a_password_is_good_once_and_only_for_the_active(targets: Targets) -> None:
    link, form = world.set_password_link(READY), valid("new_password1", "new_password2")
    first, second = Client(), Client()
    pages = [client.get(link)["Location"] for client in (first, second)]
    assert first.post(pages[0], form).status_code == 302
    late: Any = second.post(pages[1], {"new_password1": "another-long-secret", "new_password2": "another-long-secret"})
    assert "This link is no longer valid" in late.content.decode()
    assert User.objects.get(username=READY).check_password(NEW_PASSWORD)


@pytest.mark.parametrize("state", [{"is_active": False}, {"tenant": False}])
def test_password_link_of_a_deactivated_login_does_not_work(targets: Targets, state: dict[str, bool]) -> None:
    link, form = world.set_password_link(READY), valid("new_password1", "new_password2")
    user = User.objects.get(username=READY)
    if "tenant" in state:
        assert user.tenant
        user.tenant.is_active = False
        user.tenant.save()
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    page: Any = client.get(link)
    client.post(page["Location"] if page.has_header("Location") else link, form)
    assert not User.objects.get(username=READY).check_password(NEW_PASSWORD)
    answer: Any = client.post("/accounts/login/", {"username": READY, "password": NEW_PASSWORD})
    assert answer.status_code == 422
