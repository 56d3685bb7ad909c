"""Policies and statements in the admin: a change adds a version, and existing versions are immutable."""

from typing import Any

import pytest
from django.test import Client

from accounts.tests.admin_pages import clerk, client_of, form_of, messages_in, newest_entry, page
from accounts.tests.factories import StaffFactory
from partners.models import Policy, Statement
from partners.operations.put_in_force import put_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(StaffFactory(username="ines"))


def save(client: Client, model: type[Policy] | type[Statement], **values: Any) -> Any:
    """Submit the add form with its initial data, changed by `values`."""
    url = page(model, "add")
    return client.post(url, {**form_of(client.get(url)), **values})


def errors_of(response: Any) -> dict[str, Any]:
    errors: dict[str, Any] = response.context["adminform"].form.errors
    return errors


def test_a_change_puts_a_new_version_in_force(client: Client) -> None:
    before = Policy.current()
    save(client, Policy, deadline_days=12)
    now = Policy.current()
    assert (now.version, now.deadline_days, now.created_by and now.created_by.username) == (
        before.version + 1,
        12,
        "ines",
    )
    assert Policy.objects.get(pk=before.pk).deadline_days == before.deadline_days


def test_add_form_starts_with_the_version_in_force(client: Client) -> None:
    save(client, Policy, deadline_days=12)
    save(client, Policy, request_limit=2)
    assert (Policy.current().deadline_days, Policy.current().request_limit) == (12, 2)


def test_version_based_on_an_outdated_one_is_refused(client: Client) -> None:
    url = page(Policy, "add")
    begun_before = form_of(client.get(url))
    save(client, Policy, deadline_days=12)
    response = client.post(url, {**begun_before, "request_limit": 2}, follow=True)
    assert "We saved nothing" in messages_in(response)
    assert (Policy.current().version, Policy.current().deadline_days, Policy.current().request_limit) == (2, 12, 1)


def test_a_forged_predecessor_leaves_no_gap(client: Client) -> None:
    save(client, Policy, deadline_days=12, follows=98)
    assert Policy.current().version == 2


def test_the_entry_names_what_changed(client: Client) -> None:
    save(client, Policy, deadline_days=12, request_limit=2)
    entry = newest_entry()
    assert (entry.chain, entry.operation) == ("vendor", "record-changed")
    assert set(entry.remark_data["fields"]) == {"deadline_days", "request_limit"}


WAITING: dict[str, Any] = {"timeout_action": "expire", "hard_stop_days": 45, "hard_stop_completes": True}


def test_form_hides_settings_that_nothing_acts_on(client: Client) -> None:
    for url in (page(Policy, "add"), page(Policy, "change", Policy.current().pk)):
        text = client.get(url).content.decode()
        assert "deadline_days" in text
        assert not [name for name in WAITING if name in text]


def test_new_version_keeps_settings_that_the_form_does_not_show(client: Client) -> None:
    Policy.objects.create(version=2, **WAITING)
    save(client, Policy, deadline_days=12)
    now = Policy.current()
    assert (now.version, now.deadline_days) == (3, 12)
    assert {name: getattr(now, name) for name in WAITING} == WAITING


def test_no_policy_has_its_deadline_after_its_hard_stop(client: Client) -> None:
    Policy.objects.create(version=2, hard_stop_days=15)
    assert "deadline_days" in errors_of(save(client, Policy, deadline_days=40))
    save(client, Policy, deadline_days=15)
    assert Policy.current().deadline_days == 15


def test_hidden_settings_cannot_be_forged(client: Client) -> None:
    before = {name: getattr(Policy.current(), name) for name in WAITING}
    save(client, Policy, deadline_days=12, **WAITING)
    assert {name: getattr(Policy.current(), name) for name in WAITING} == before
    assert newest_entry().remark_data["fields"] == ["deadline_days"]


def test_unchanged_fields_are_copied_from_the_newest_version() -> None:
    Policy.objects.create(version=2, request_limit=5, reseller_checks=["mobile-number"], **WAITING)
    draft = Policy(request_limit=2, deadline_days=30)
    put_in_force(actor=StaffFactory(), draft=draft, follows=2, changed=["request_limit"])
    now = Policy.current()
    assert (now.version, now.request_limit, now.deadline_days, now.reseller_checks) == (3, 2, 10, ["mobile-number"])
    assert now.created_at > Policy.objects.get(version=2).created_at


def test_checks_are_chosen_by_their_codes(client: Client) -> None:
    save(client, Policy, reseller_checks=["mobile-number", "account-frozen", "arrears"])
    assert set(Policy.current().reseller_checks) == {"mobile-number", "account-frozen", "arrears"}


def test_a_check_that_does_not_exist_is_refused(client: Client) -> None:
    assert "referral_checks" in errors_of(save(client, Policy, referral_checks=["mobile-number", "astrology"]))


def test_policy_requires_the_mobile_number_check(client: Client) -> None:
    assert "reseller_checks" in errors_of(save(client, Policy, reseller_checks=["arrears"]))


@pytest.mark.parametrize("wrong", [{"deadline_days": 61}, {"deadline_days": 0}, {"request_limit": 0}])
def test_policy_number_out_of_range_is_a_form_error(client: Client, wrong: dict[str, int]) -> None:
    assert set(wrong) <= set(errors_of(save(client, Policy, **wrong)))
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("model", [Policy, Statement])
def test_a_version_is_never_changed(client: Client, model: Any) -> None:
    url = page(model, "change", model.current().pk)
    assert client.get(url).status_code == 200
    assert client.post(url, {"deadline_days": 1, "changes": "x", "stays": "y"}).status_code == 403


def test_version_and_author_cannot_be_forged(client: Client) -> None:
    save(client, Statement, changes="One", stays="Two", version=99, created_by="", created_at="2020-01-01")
    assert (Statement.current().version, Statement.current().created_by) == (2, Statement.current().created_by)
    assert Statement.current().created_by is not None


def test_a_new_statement_is_filled_in(client: Client) -> None:
    save(client, Statement, changes="{vendor} bills you, not {partner}.", stays="Old bills stay. {{sic}}")
    lines = Statement.current().what_changes("reseller", vendor="Lumenbridge", partner="Harbourline")
    assert lines == ["Lumenbridge bills you, not Harbourline."]


@pytest.mark.parametrize(
    "text", ["{customer} pays", "{", "}", "{vendor.__class__}", "{vendor!r}", "{vendor:>9}", "{}", "{0}", "{vendor\n}"]
)
def test_statement_with_an_unknown_placeholder_is_refused(client: Client, text: str) -> None:
    assert "changes" in errors_of(save(client, Statement, changes=text))
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("model", [Policy, Statement])
def test_staff_without_the_permission_write_no_version(model: Any) -> None:
    client = client_of(clerk("partners.view_policy", "partners.view_statement", "partners.change_policy"))
    assert client.post(page(model, "add"), {"changes": "x", "stays": "y"}).status_code == 403
    assert model.objects.count() == 1
