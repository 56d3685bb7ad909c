"""The demo's mail backend: one line per recipient, in a private file."""

import json
import stat
from pathlib import Path

from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from portal.demo.mail import MessageFileBackend
from portal.demo.messages import all_messages


def test_a_mail_is_a_line_for_each_recipient(settings: Settings, tmp_path: Path) -> None:
    settings.MESSAGES_FILE = tmp_path / "var" / "messages.jsonl"
    mail = EmailMultiAlternatives("Grüße", "Line 1\nLine 2", to=["a@v.example", "b@v.example"])
    mail.attach_alternative("<p>Line 1</p>", "text/html")
    assert MessageFileBackend().send_messages([mail]) == 1
    lines = [json.loads(line) for line in settings.MESSAGES_FILE.read_text().splitlines()]
    assert [line.pop("sent_at")[-1] for line in lines] == ["Z", "Z"]
    assert lines == [
        {"channel": "email", "to": to, "subject": "Grüße", "body": "Line 1\nLine 2"}
        for to in ("a@v.example", "b@v.example")
    ]


def test_only_its_owner_may_read_the_file(settings: Settings, tmp_path: Path) -> None:
    settings.MESSAGES_FILE = tmp_path / "messages.jsonl"
    MessageFileBackend().send_messages([EmailMultiAlternatives("s", "b", to=["a@v.example"])])
    assert stat.S_IMODE(settings.MESSAGES_FILE.stat().st_mode) == 0o600


def test_a_separator_of_another_kind_in_a_message_does_not_break_the_list(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.MESSAGES_FILE = tmp_path / "messages.jsonl"
    body = "We buy\u2028in-house\x85from now on"
    MessageFileBackend().send_messages([EmailMultiAlternatives("s", body, to=["a@v.example"])])
    assert [sent.body for sent in all_messages()] == [body]
