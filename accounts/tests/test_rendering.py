"""The texts of notices: the reference, what happened, who must act, until when, what happens next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import Engine
from django.utils import translation
from pytest_django import Settings

from accounts import codes
from accounts.frame import colours
from accounts.models import Channel, Event, Notification, Purpose, User
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.notifications.outbox import notify
from accounts.notifications.rendering import render
from accounts.sms.parts import excess
from accounts.tests.factories import UserFactory
from accounts.tests.notices import REFERENCE, REQUEST, partner_administrator, queue_notices, queued_code

RESULTS = [Event.APPROVED, Event.REJECTED, Event.WITHDRAWN, Event.CANCELLED, Event.COMPLETED]
ABOUT_A_REQUEST = [*RESULTS, Event.REQUESTED, Event.BLOCKED]
SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _face(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.example:8443"
    settings.TIME_ZONE = "Europe/Berlin"


def words(event: Event, channel: Channel = Channel.EMAIL, side: str = "customer", **changes: Any) -> str:
    """The whole message on a channel, to an administrator of a side."""
    user = UserFactory.create() if side == "customer" else partner_administrator()
    queue_notices(user, event=event, channels=[Channel.PORTAL], **changes)
    return words_on(channel, user)


def words_on(channel: Channel, user: User) -> str:
    """The message to the user as it is on that channel, whether the channel reaches the user or not."""
    notice = Notification.objects.get(recipient=user)
    notice.channel = channel
    message = render(notice)
    return f"{message.subject}\n{message.text}\n{message.html}\n{message.sms}"


@pytest.mark.parametrize("model", ["reseller", "referral"])
@pytest.mark.parametrize("side", ["customer", "partner"])
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("event", ABOUT_A_REQUEST)
def test_every_message_about_a_request_names_it(event: Event, channel: Channel, side: str, model: str) -> None:
    assert REFERENCE in words(event, channel, side, model=model)


@pytest.mark.parametrize("initiator", ["customer", "partner"])
@pytest.mark.parametrize("event", ABOUT_A_REQUEST)
def test_no_message_has_a_gap_or_a_stray_placeholder(event: Event, initiator: str) -> None:
    text = words(event, initiator=initiator)
    assert not re.search(r"%\(|\{\{|None|  by |: \n|\n\n\n", re.sub(r"<[^>]*>", "", text.split("<!doctype")[0]))


@pytest.mark.parametrize("event", RESULTS)
def test_a_result_says_what_follows(event: Event) -> None:
    assert re.search(r"The association continues|You do not need to do anything|Add a payment method", words(event))


@pytest.mark.parametrize("event", [*RESULTS, Event.BLOCKED])
def test_result_email_contains_the_hash_of_the_log_entry(event: Event) -> None:
    text = words(event)
    assert text.count(REQUEST["log_hash"]) == 2  # as text and as HTML
    assert "Fingerprint:" in text


@pytest.mark.parametrize("event", RESULTS)
def test_a_text_message_carries_no_record(event: Event) -> None:
    assert REQUEST["log_hash"] not in words(event, Channel.SMS)


@pytest.mark.parametrize("event", ABOUT_A_REQUEST)
def test_an_email_links_to_the_request_and_to_nothing_else(event: Event) -> None:
    assert set(re.findall(r"https?://[^\s\"<]+", words(event))) == {REQUEST["url"]}


@pytest.mark.parametrize("side", ["customer", "partner"])
def test_a_submitted_request_names_the_decider_and_the_deadline_with_its_zone(side: str) -> None:
    text = words(Event.REQUESTED, side=side)
    assert "An administrator of Harbourline Systems must approve or reject it by" in text
    assert "13 November 2025, 09:42 (UTC+01:00)" in text


def test_the_partners_request_is_decided_by_the_customer() -> None:
    text = words(Event.REQUESTED, initiator="partner")
    assert "An administrator of Northfield Traders must approve or reject it by" in text


@pytest.mark.parametrize(
    ("side", "model", "subject"),
    [
        ("partner", "reseller", f"Northfield Traders asks to end the association: decide request {REFERENCE}\n"),
        ("partner", "referral", f"Northfield Traders ends the association (request {REFERENCE})\n"),
        ("customer", "reseller", f"Northfield Traders asked to end the association (request {REFERENCE})\n"),
        ("customer", "referral", f"Northfield Traders asked to end the association (request {REFERENCE})\n"),
    ],
)
def test_the_subject_of_a_submitted_request_is_that_of_its_reader(side: str, model: str, subject: str) -> None:
    assert words(Event.REQUESTED, side=side, model=model).startswith(subject)


@pytest.mark.parametrize("side", ["customer", "partner"])
def test_a_submitted_request_promises_no_end(side: str) -> None:
    assert not re.search(r"will (end|be completed)|has ended", words(Event.REQUESTED, side=side))


def test_a_submitted_referral_waits_for_nobody() -> None:
    text = words(Event.REQUESTED, model="referral")
    assert "a referral needs no consent" in text
    assert "must approve" not in text


def test_notice_contains_the_reason_of_the_start() -> None:
    assert "Reason: We buy directly from now on" in words(Event.REQUESTED)


def test_notice_without_a_reason_has_no_reason_sentence() -> None:
    assert "Reason:" not in words(Event.REQUESTED, reason="")


def test_rejection_says_who_and_why() -> None:
    text = words(Event.REJECTED)
    assert "Harbourline Systems rejected request" in text
    assert "Reason: An invoice is open" in text


@pytest.mark.parametrize("event", [Event.APPROVED, Event.COMPLETED])
def test_a_decision_of_the_vendor_names_the_vendor(event: Event) -> None:
    assert "Lumenbridge Cloud approved request" in words(event, decided_by="vendor")


@pytest.mark.parametrize("channel", Channel)
def test_an_approval_for_a_later_date_names_that_date(channel: Channel) -> None:
    text = words(Event.APPROVED, channel, effective_at="2025-11-30T23:00:00+00:00")
    assert "Harbourline Systems approved request" in text
    assert "1 December 2025, 00:00 (UTC+01:00)" in text


def test_approval_without_a_date_names_no_date() -> None:
    text = words(Event.APPROVED, effective_at="")
    assert "Harbourline Systems approved request" in text
    assert " on ." not in text


def test_withdrawal_names_the_side_that_started() -> None:
    assert "Harbourline Systems withdrew request" in words(Event.WITHDRAWN, initiator="partner")


ACTS = {
    Event.REQUESTED: ("customer", "submitted"),
    Event.WITHDRAWN: ("customer", "withdrew"),
    Event.APPROVED: ("partner", "approved"),
    Event.REJECTED: ("partner", "rejected"),
    Event.COMPLETED: ("partner", "approved"),
}
NAMES = {"customer": "Northfield Traders", "partner": "Harbourline Systems"}


def to_all_readers(event: Event, side: str, channel: Channel) -> tuple[str, str, str]:
    """The message to the administrator of `side` who acted, to a colleague and to the other side."""
    customer, partner = UserFactory.create(), partner_administrator()
    actor, other = (customer, partner) if side == "customer" else (partner, customer)
    colleague = UserFactory.create(tenant=actor.tenant)
    queue_notices(actor, colleague, other, event=event, actor=actor, channels=[Channel.PORTAL])
    return words_on(channel, actor), words_on(channel, colleague), words_on(channel, other)


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
@pytest.mark.parametrize("event", ACTS)
def test_notice_addresses_the_actor_a_colleague_and_the_other_side_each_in_their_words(
    event: Event, channel: Channel
) -> None:
    side, verb = ACTS[event]
    act = f"{verb} request {REFERENCE}"
    mine, ours, theirs = to_all_readers(event, side, channel)
    assert (f"You {act}" in mine, f"A colleague {act}" in ours, f"{NAMES[side]} {act}" in theirs) == (True, True, True)
    assert not re.search(rf"(You|A colleague) {act}", theirs)


@pytest.mark.parametrize("event", ACTS)
def test_the_other_side_never_reads_who_acted(event: Event) -> None:
    side, _verb = ACTS[event]
    _mine, _ours, theirs = to_all_readers(event, side, Channel.EMAIL)
    actor = Notification.objects.filter(context__actor="you").get().recipient
    assert not [word for word in (actor.username, actor.email, "colleague") if word in theirs]


def test_row_of_the_outbox_stores_no_more_of_the_actor_than_their_relation_to_the_recipient() -> None:
    to_all_readers(Event.REJECTED, "partner", Channel.PORTAL)
    stored = {notice.context["actor"] for notice in Notification.objects.all()}
    assert stored == {"you", "colleague", ""}


@pytest.mark.parametrize("event", [Event.REQUESTED, Event.WITHDRAWN])
def test_a_notice_without_an_actor_names_the_organisation(event: Event) -> None:
    act = f"{ACTS[event][1]} request {REFERENCE}"
    assert f"Northfield Traders {act}" in words(event)
    assert f"Northfield Traders {act}" in words(event, side="partner")


@pytest.mark.parametrize(("is_owner", "expected"), [(True, "You have a new mobile number"), (False, "dana has a new")])
def test_notice_of_a_new_number_addresses_its_owner(is_owner: bool, expected: str) -> None:
    owner = UserFactory.create(username="dana")
    reader = owner if is_owner else UserFactory.create(tenant=owner.tenant)
    context = {"number": "+44 •••• •••418", "owner": "dana"}
    notify(
        Event.NUMBER_CHANGED, subject="x", recipients=[reader], channels=[Channel.PORTAL], context=context, actor=owner
    )
    text = words_on(Channel.EMAIL, reader)
    assert text.startswith(expected)
    assert ("your verification codes" in text) is is_owner


def test_a_blocked_completion_lists_every_check() -> None:
    text = words(Event.BLOCKED)
    assert "- Orders waiting to be paid\n- Arrears" in text


@pytest.mark.parametrize("side", ["customer", "partner"])
@pytest.mark.parametrize("channel", Channel)
def test_a_completion_says_who_approved_and_that_the_association_has_ended(channel: Channel, side: str) -> None:
    text = words(Event.COMPLETED, channel, side)
    assert "Harbourline Systems approved request" in text
    assert "has ended" in text


def test_a_completion_gives_the_reason_of_the_approval() -> None:
    assert "Reason: An invoice is open" in words(Event.COMPLETED)
    assert "Reason:" not in words(Event.COMPLETED, decision_reason="")


@pytest.mark.parametrize("channel", Channel)
def test_the_completion_of_a_referral_says_that_no_consent_was_needed(channel: Channel) -> None:
    text = words(Event.COMPLETED, channel, decided_by="system", decision_reason="", model="referral")
    assert f"Request {REFERENCE} needed no consent" in text
    assert "has ended" in text
    assert "approved" not in text


def test_customer_of_a_reseller_reads_who_bills_now() -> None:
    assert "Lumenbridge Cloud bills Northfield Traders directly" in words(Event.COMPLETED)


def test_partner_reads_that_contact_data_is_no_longer_visible() -> None:
    assert "no longer see the contact data of Northfield Traders" in words(Event.COMPLETED, side="partner")


def test_names_are_escaped_in_html_and_plain_in_text() -> None:
    text = words(Event.REJECTED, partner_name="A & <b>B</b>")
    plain, html = text.split("<!doctype")
    assert ("A & <b>B</b>" in plain, "A &amp; &lt;b&gt;B&lt;/b&gt;" in html, "<b>" in html) == (True, True, False)


def test_html_has_no_script_and_loads_nothing() -> None:
    assert not re.search(r"<(script|link|img)|url\(|@import", words(Event.COMPLETED))


@pytest.mark.parametrize(("accent", "colour"), [("", "#2450c8"), ("#ffd600", ""), ('red"><b>', "#2450c8")])
def test_html_has_the_accent_as_dark_as_white_text_needs(accent: str, colour: str, settings: Settings) -> None:
    settings.ACCENT = accent
    [found] = set(re.findall(r'class="(?:go|mark)" bgcolor="([^"]*)"', words(Event.REQUESTED)))
    assert colours.contrast(colours.WHITE, colours.parse(found)) >= 4.5
    assert found == (colour or found)


def test_html_has_a_dark_theme() -> None:
    assert "prefers-color-scheme: dark" in words(Event.REQUESTED)


@pytest.mark.parametrize("event", [Event.CODE_LOCKED, Event.NUMBER_CHANGED])
@pytest.mark.parametrize("channel", OTHER_CHANNELS)
def test_notice_about_the_account_names_no_request(event: Event, channel: Channel) -> None:
    user = UserFactory.create()
    given = {"until": "2025-11-11T12:30:00+00:00", "owner": "dana", "number": "+44 •••• •••418"}
    notify(event, subject="x", recipients=[user], channels=[Channel.PORTAL], context=given)
    words_of = {"code-locked": "11 November 2025, 13:30 (UTC+01:00)", "number-changed": "+44 •••• •••418"}
    assert words_of[event] in words_on(channel, user)


# --- the code


def code_message(**changes: Any) -> tuple[str, str]:
    row = queued_code(**changes)
    assert row.challenge is not None
    return render(row).sms, codes.code_for(row.challenge)


def test_a_code_message_names_the_action_and_the_partner() -> None:
    text, code = code_message()
    assert text.startswith(f"{code} is your code to disassociate from Harbourline Systems.")


def test_a_code_message_ends_with_the_line_that_binds_it_to_the_domain() -> None:
    text, code = code_message()
    assert text.splitlines()[-1] == f"@portal.example #{code}"


def test_a_code_message_names_a_domain_of_other_letters_as_browsers_do(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.straße.example"
    text, code = code_message()
    assert text.splitlines()[-1] == f"@portal.xn--strae-oqa.example #{code}"


@pytest.mark.parametrize("partner_name", ["Harbourline Systems", "Partner 654321", "12345678 Ltd", "D-000000"])
def test_a_code_message_holds_one_six_digit_value(partner_name: str) -> None:
    text, code = code_message(partner_name=partner_name)
    assert set(re.findall(r"\d{6,}", text)) == {code} == set(SIX_DIGITS.findall(text))


@pytest.mark.parametrize(
    ("purpose", "action"),
    [(Purpose.RELEASE_NUMBER, "replace this mobile number"), (Purpose.CONFIRM_NUMBER, "confirm this mobile number")],
)
def test_a_code_for_the_number_names_that_action(purpose: Purpose, action: str) -> None:
    text, code = code_message(purpose=purpose)
    assert f"{code} is your code to {action}" in text


def test_a_code_message_says_until_when_it_is_good() -> None:
    assert re.search(r"Valid until \d\d:\d\d \(UTC\+01:00\)\. Do not share it\.", code_message()[0])


LONG = {
    "ascii": "Northfield and Harbourline International Trading Company Limited " * 3,
    "brackets": "[Northfield] {and} |Harbourline| ~International~ ^Trading^ €Company€",
    "latin": "Société générale d’électricité et d’équipement de l’Île-de-France, à Saint-Étienne",
    "cyrillic": "Общество с ограниченной ответственностью «Северная торговая компания»",
    "chinese": "北野国际商贸有限公司" * 10,
    "emoji": "👩‍💻" * 30,
    "short": "北野商会",
    "letter": "Ł",
}


@pytest.mark.parametrize("host", ["p.example", "portal.vendor.example", "customer-and-partner-portal.vendor.example"])
@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
@pytest.mark.parametrize("purpose", [Purpose.DISASSOCIATE, Purpose.RELEASE_NUMBER, Purpose.CONFIRM_NUMBER])
def test_a_code_message_fits_one_part_or_two_of_other_scripts(
    settings: Settings, host: str, name: str, purpose: Purpose
) -> None:
    settings.PUBLIC_URL, settings.PRODUCT_NAME = f"https://{host}", "北野" * 40
    text, code = code_message(partner_name=name, purpose=purpose)
    assert excess(text) == 0
    assert text.startswith(f"{code} is your code to ")
    assert text.endswith(f"\n\n@{host} #{code}")


def test_a_long_name_is_cut_so_that_it_can_still_be_known(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.vendor.example"
    assert "from Northfield and Harbourline Internat.... Valid" in code_message(partner_name=LONG["ascii"])[0]
    assert "from Общество с…. Valid" in code_message(partner_name=LONG["cyrillic"])[0]
    assert "from 北野商会. Valid" in code_message(partner_name=LONG["short"])[0]


def test_a_notice_as_a_text_message_cuts_the_name_of_the_other_side() -> None:
    shown = words(Event.REJECTED, Channel.SMS, partner_name=LONG["ascii"])
    assert LONG["ascii"][:30] in shown
    assert LONG["ascii"][:41] not in shown


def test_without_room_for_a_name_the_message_says_whose_partner_it_is(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://customer-and-partner-portal.vendor.example"
    assert "to disassociate from your partner. Valid" in code_message(partner_name=LONG["cyrillic"])[0]


# --- language


def test_a_message_is_written_in_the_language_of_its_recipient() -> None:
    user = UserFactory.create(language="ar")
    queue_notices(user, channels=[Channel.EMAIL])
    with translation.override("en"):
        assert '<html lang="ar" dir="rtl">' in render(Notification.objects.get()).html


def test_the_language_of_the_sender_stays_as_it_was() -> None:
    queue_notices(UserFactory.create(language="ar"), channels=[Channel.EMAIL])
    with translation.override("en"):
        render(Notification.objects.get())
        assert translation.get_language() == "en"


def test_every_template_of_a_message_belongs_to_an_event() -> None:
    folder = Engine.get_default().dirs[0]
    names = {path.stem for path in Path(folder, "notifications").iterdir()}
    assert names <= {*Event.values, "layout"}
