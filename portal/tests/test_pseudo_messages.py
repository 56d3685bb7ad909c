"""Pseudo-locale test of messages, remarks, labels and answers, in which plain letters are mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.billing.facts import Feed
from accounts.dates import day_words, moment_words
from accounts.log import sentences
from accounts.models import Challenge, Channel, FactKind, Notification, Purpose, SmsDevice, User
from accounts.notifications.deliver import deliver_due
from accounts.notifications.rendering import render
from accounts.tests.factories import UserFactory
from accounts.tests.notices import REFERENCE, REQUEST, new_challenge, partner_administrator
from partners.eligibility import CHECKS, Answer, run_checks
from partners.tests.test_checks import FACTS, NOW, TERMS, everything_blocks
from portal.tests.gallery import pseudo
from portal.tests.gallery.reading import plain_words, texts_of

pytestmark = pytest.mark.django_db
TEXTS = (settings.BASE_DIR / "templates/notifications").glob("*.sms")
EVENTS = sorted({path.stem for path in TEXTS} - {"code"})
DATA = {str(value) for value in REQUEST.values()} | {settings.PRODUCT_NAME, "Owner", "Lumenbridge", "Harbourline"}
MARKUP = re.compile(r"<(?:style|script).*?</(?:style|script)>", re.DOTALL)


@pytest.fixture(autouse=True)
def _pseudo_language(settings: Settings) -> Iterator[None]:
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Ido")]
    with pseudo.spoken():
        yield


def plain_in(*texts: str, data: set[str] = DATA) -> list[str]:
    return list(plain_words(texts, data))


@pytest.mark.parametrize("event", EVENTS)
def test_no_notice_has_a_plain_word(event: str) -> None:
    readers = [UserFactory(tenant__name="Northfield Traders"), partner_administrator()]
    User.objects.update(language=pseudo.CODE)
    found = []
    for reader, channel, model, starter in product(readers, Channel, ("reseller", "referral"), ("customer", "partner")):
        reader.refresh_from_db()
        given = {**REQUEST, "model": model, "initiator": starter, "until": REQUEST["due_at"], "owner": "Owner"}
        notice = Notification(event=event, channel=channel, recipient=reader, reference=REFERENCE, context=given)
        message = render(notice)
        data = DATA | {reader.username, reader.tenant.name if reader.tenant else ""}
        found += plain_in(message.subject, message.text, message.sms, *texts_of(message.html), data=data)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("purpose", Purpose)
def test_no_text_message_with_a_code_has_a_plain_word(purpose: Purpose) -> None:
    challenge: Challenge = new_challenge(purpose)
    User.objects.update(language=pseudo.CODE)
    reader = User.objects.get(pk=challenge.user_id)
    context = {"partner_name": "Harbourline Systems"}
    message = render(Notification(event="code", channel="sms", recipient=reader, challenge=challenge, context=context))
    assert plain_in(message.sms, data={*DATA, "@localhost"}) == []


def test_the_mail_of_the_password_reset_has_no_plain_word() -> None:
    user = UserFactory(language=pseudo.CODE)
    client = Client(headers={"accept-language": pseudo.CODE})
    client.post("/accounts/password-reset/", {"email": user.email})
    deliver_due()
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = sent.alternatives[0][0]
    assert plain_in(str(sent.subject), str(sent.body), *texts_of(str(html)), data={*DATA, user.username}) == []


def test_no_remark_of_the_log_has_a_plain_word() -> None:
    with translation.override(pseudo.CODE):
        assert plain_in(*(sentences.render(word, {}) for word in sentences.REMARKS)) == []


def test_no_name_of_a_word_in_a_remark_is_plain() -> None:
    known = [
        (kind, word)
        for kind, names in sentences._NAMES.items()
        for word in names
        if word.removeprefix("smsdevice.") not in NOT_OURS
    ]
    with translation.override(pseudo.CODE):
        assert plain_in(*(sentences.name_of(kind, word) for kind, word in known), data={"ID"}) == []


def test_no_check_says_a_plain_word() -> None:
    codes = [check.code for check in CHECKS]
    silent, stale = (
        replace(FACTS, feeds={kind: Feed("external", at) for kind in FactKind})
        for at in (None, NOW - timedelta(days=2))
    )
    with translation.override(pseudo.CODE):
        answers = [
            *run_checks(codes, FACTS, TERMS, NOW),
            *run_checks(codes, *everything_blocks(), NOW),
            *run_checks(codes, silent, TERMS, NOW),
            *run_checks(codes, stale, TERMS, NOW),
        ]
        assert plain_in(*(text for answer in answers for text in _texts_of(answer)), data={*DATA, *CHECK_DATA}) == []


# Fields of django-otp that no page and no log entry shows.
NOT_OURS = {"name", "last_generated_timestamp", "throttling_failure_timestamp", "created_at", "last_used_at"}
CHECK_DATA = {"ORD-1", "RI-1", "large", "D-ABCDEFGH", "L", "M"}


def _texts_of(answer: Answer) -> Iterator[str]:
    yield from (answer.title, answer.message, answer.hint, answer.partner_hint)
    if answer.link:
        yield answer.link.text
    if answer.evidence:
        yield from (answer.evidence.caption, *answer.evidence.columns)


@pytest.mark.parametrize("label", ["accounts", "partners"])
def test_no_model_has_a_plain_name_of_itself_a_field_or_a_choice(label: str) -> None:
    with translation.override(pseudo.CODE):
        found = [
            f"{model.__name__}: {text}"
            for model in apps.get_app_config(label).get_models()
            for text in plain_in(*_names_of(model), data={"ISO 4217", "ID", "JSON"})
        ]
    assert not found, "\n".join(found)


def _names_of(model: Any) -> Iterator[str]:
    yield from (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
    for field in model._meta.fields:
        if not field.auto_created and not (model is SmsDevice and field.name in NOT_OURS):
            yield from (str(field.verbose_name), str(field.help_text))
            yield from (str(choice) for _word, choice in field.choices or ())


def test_days_and_moments_are_in_the_language_of_the_reader() -> None:
    with translation.override(pseudo.CODE):
        assert plain_in(day_words(timezone.localdate()), moment_words(timezone.now())) == []
