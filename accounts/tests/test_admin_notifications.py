"""Failed notices in the admin: the alert on the index page, and sending again with a reason."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Challenge, Notification, Operation, OperationLogEntry, SmsDevice, User
from accounts.tests.admin_pages import act, clerk, client_of, messages_in, newest_entry, page
from accounts.tests.factories import SmsDeviceFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/notification/"


@pytest.fixture
def staff() -> Client:
    return client_of(StaffFactory())


def notice(recipient: User | None = None, **values: Any) -> Notification:
    user, now = recipient or UserFactory(), timezone.now()
    given = {"event": "approved", "channel": "email", "state": "failed", "created_at": now, "next_attempt_at": now}
    key = f"approved:{uuid4()}"
    return Notification.objects.create(
        **{**given, "recipient": user, "recipient_tenant": user.tenant, "idempotency_key": key, **values}
    )


def test_index_page_counts_failed_notices_and_links_to_them(staff: Client) -> None:
    notice()
    notice()
    notice(state="queued")
    text = staff.get("/admin/").content.decode()
    assert "2 notices could not be sent" in text
    assert f"{LIST}?state__exact=failed" in text
    rows = staff.get(LIST, {"state__exact": "failed"}).context["cl"].result_list
    assert len(rows) == 2


def test_index_page_shows_no_alert_without_failed_notices(staff: Client) -> None:
    notice(state="queued")
    assert b"could not be sent" not in staff.get("/admin/").content


def test_staff_without_permission_see_no_alert_about_failed_notices() -> None:
    notice()
    assert b"could not be sent" not in client_of(clerk("accounts.view_order")).get("/admin/").content


def test_a_failed_notice_is_sent_again_with_a_reason(staff: Client) -> None:
    row = notice()
    response = staff.post(act(row, "send-again"), {"reason": "The provider is back"}, follow=True)
    assert "We will send “" in messages_in(response)
    assert Notification.objects.get().state == "queued"
    assert (newest_entry().operation, newest_entry().remark_data["reason"]) == ("notice-resent", "The provider is back")


def test_no_notice_is_sent_again_without_a_reason(staff: Client) -> None:
    row = notice()
    assert staff.post(act(row, "send-again"), {"reason": ""}).status_code == 422
    assert Notification.objects.get().state == "failed"
    assert not OperationLogEntry.objects.exists()


def test_resending_a_notice_that_has_not_failed_shows_a_message(staff: Client) -> None:
    row = notice(state="queued")
    response = staff.post(act(row, "send-again"), {"reason": "Again"}, follow=True)
    assert "has not failed" in messages_in(response)
    assert not OperationLogEntry.objects.filter(operation=Operation.NOTICE_RESENT, result="done").exists()


def test_a_code_is_never_sent_again(staff: Client) -> None:
    response = staff.post(act(notice(event="code"), "send-again"), {"reason": "Again"}, follow=True)
    assert "We never send a verification code again" in messages_in(response)
    assert Notification.objects.get().state == "failed"


def test_list_action_redirects_to_the_reason_page(staff: Client) -> None:
    rows = [notice(), notice()]
    response = staff.post(LIST, {"action": "send-again", "_selected_action": [row.pk for row in rows], "index": "0"})
    assert response["Location"].startswith("/admin/accounts/notification/act/send-again/?ids=")
    again = staff.post(response["Location"], {"reason": "The provider is back"}, follow=True)
    assert again.redirect_chain == [(LIST, 303)]
    assert set(Notification.objects.values_list("state", flat=True)) == {"queued"}


def test_list_action_refuses_more_than_fifty_rows(staff: Client) -> None:
    user = UserFactory()
    keys = [notice(user).pk for _ in range(51)]
    response = staff.post(LIST, {"action": "send-again", "_selected_action": keys, "index": "0"}, follow=True)
    assert "at most 50" in messages_in(response)


@pytest.mark.parametrize("permissions", [["accounts.view_notification"], ["accounts.change_order"]])
def test_staff_without_the_permission_send_nothing_again(permissions: list[str]) -> None:
    client, row = client_of(clerk(*permissions)), notice()
    assert client.post(act(row, "send-again"), {"reason": "Mine"}).status_code == 403
    assert Notification.objects.get().state == "failed"


def test_staff_with_the_permission_send_again() -> None:
    client, row = client_of(clerk("accounts.change_notification")), notice()
    assert b"Send again" in client.get(page(Notification, "change", row.pk)).content
    client.post(act(row, "send-again"), {"reason": "The provider is back"})
    assert Notification.objects.get().state == "queued"


def test_a_user_of_a_tenant_sends_nothing_again() -> None:
    row = notice()
    response = client_of(UserFactory()).post(act(row, "send-again"), {"reason": "Mine"}, follow=True)
    assert response.status_code == 403
    assert Notification.objects.get().state == "failed"


@pytest.mark.parametrize("ids", ["", "nonsense", "0", "6b81f9df-b0f9-4482-9d99-0845ac97b350"])
def test_unknown_rows_are_404(staff: Client, ids: str) -> None:
    assert staff.get(page(Notification, "act", "send-again"), {"ids": ids}).status_code == 404


def test_unknown_verb_is_404(staff: Client) -> None:
    assert staff.get(act(notice(), "burn")).status_code == 404


def test_state_cannot_be_forged_by_a_form(staff: Client) -> None:
    row = notice()
    response = staff.post(page(Notification, "change", row.pk), {"state": "sent"})
    assert response.status_code == 403
    assert Notification.objects.get().state == "failed"


def test_mobile_numbers_are_masked(staff: Client) -> None:
    device = SmsDeviceFactory(number="+14155550418", pending_number="+14155550777")
    pages = [page(SmsDevice, "changelist"), page(SmsDevice, "change", device.pk)]
    text = "".join(staff.get(url).content.decode() for url in pages)
    assert "+1 •••• •••418" in text
    assert "+1 •••• •••777" in text
    assert "4155550" not in text


def test_a_challenge_shows_nothing_that_a_code_is_derived_from(staff: Client) -> None:
    device, now = SmsDeviceFactory(), timezone.now()
    challenge = Challenge.objects.create(
        user=device.user,
        device=device,
        purpose="disassociate",
        number_fingerprint="f" * 64,
        subject='{"reason":"secret"}',
        subject_digest="d" * 64,
        nonce="n0nce" * 6,
        key_id="key",
        created_at=now,
        expires_at=now + timedelta(minutes=5),
    )
    text = staff.get(page(Challenge, "change", challenge.pk)).content.decode()
    assert "n0nce" not in text
    assert "ffff" not in text
