"""Render a notification from the templates of its event, in the recipient's language.

The templates are `templates/notifications/<event>.subject`, `.txt` (the paragraphs: what happened, who must act, until
when, what happens next) and `.sms`. `layout.txt` and `layout.html` wrap the same paragraphs for an e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from accounts import codes, password_links
from accounts.dates import clock_words, moment_words
from accounts.log.sentences import name_of
from accounts.models import Channel, Event, Notification, Side
from accounts.notifications.channels import CHANNELS
from accounts.notifications.message import Message, public_host
from accounts.sms.parts import excess, places, shortened

_EMPTY_LINES = re.compile(r"\n\s*\n+")
_CODE_LIKE = re.compile(r"\d{6,}")
NAMES = frozenset({"starter", "decider", "other", "product", "vendor"})
NAME_IN_SMS = 40  # places; the text of a code may cut it further


def render(notification: Notification) -> Message:
    """Return the message, with the parts that its channel uses."""
    with translation.override(notification.recipient.language):
        context = _context(notification)
        parts = CHANNELS[notification.channel].parts
        return Message(**{part: _PARTS[part](notification.event, context) for part in parts})


def _subject(event: str, context: Mapping[str, Any]) -> str:
    return " ".join(_fill(f"{event}.subject", context).split())


def _sms(event: str, context: Mapping[str, Any]) -> str:
    return _code_sms(context) if "code" in context else _tidy(_fill(f"{event}.sms", context))


def _code_sms(context: Mapping[str, Any]) -> str:
    """A code takes one part, or two of other scripts: the name is cut, then left out, then all but the code."""
    text = _tidy(_fill("code.sms", context))
    name = str(context["partner_name"])
    for change in (
        {"partner_name": shortened(name, places(name) - excess(text))},
        {"partner_name": ""},
        {"partner_name": "", "is_brief": True},
    ):
        if excess(text):
            text = _tidy(_fill("code.sms", {**context, **change}))
    return text


def _text(event: str, context: Mapping[str, Any]) -> str:
    return _tidy(_fill("layout.txt", {**context, "body": _body(event, context)})) + "\n"


def _html(event: str, context: Mapping[str, Any]) -> str:
    page = {**context, "subject": _subject(event, context), "body": _body(event, context)}
    return _fill("layout.html", page, is_html=True)


_PARTS = {"subject": _subject, "text": _text, "html": _html, "sms": _sms}


def _body(event: str, context: Mapping[str, Any]) -> str:
    return _tidy(_fill(f"{event}.txt", context))


def _fill(name: str, context: Mapping[str, Any], *, is_html: bool = False) -> str:
    template = Engine.get_default().get_template(f"notifications/{name}")
    return str(template.render(Context(dict(context), autoescape=is_html)))


def _tidy(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _context(notification: Notification) -> dict[str, Any]:
    stored = {key: _lazy_moment(value) if _is_moment(key) else value for key, value in notification.context.items()}
    tenant = notification.recipient.tenant
    context = {
        **stored,
        "blockers": [name_of("checks", code) for code in stored.get("blockers", [])],
        **_parties(stored, tenant.kind if tenant else ""),
        **_code(notification, stored),
        **_password_link(notification),
        "event": notification.event,
        "reference": notification.reference,
        "username": notification.recipient.username,
        "own_name": tenant.name if tenant else "",
        "product": settings.PRODUCT_NAME,
        "vendor": stored.get("vendor_name") or settings.VENDOR_NAME,
        "support_email": settings.SUPPORT_EMAIL,
    }
    return _with_short_names(context) if notification.channel == Channel.SMS else context


def _with_short_names(context: dict[str, Any]) -> dict[str, Any]:
    """The other side chooses its name, and the vendor pays for every part of a text message."""
    names = [key for key in context if key.endswith("_name") or key in NAMES]
    return context | {key: shortened(str(context[key]), NAME_IN_SMS) for key in names}


def _is_moment(key: str) -> bool:
    return key.endswith("_at") or key == "until"


def _moment_in_words(value: str) -> str:
    """Format a stored ISO 8601 datetime like every page does, in the vendor's time zone."""
    return moment_words(datetime.fromisoformat(value)) if value else ""


_lazy_moment = lazy(_moment_in_words, str)  # most templates show one of the moments that a notice keeps, or none


def _parties(stored: Mapping[str, Any], recipient_side: str) -> dict[str, Any]:
    """Return the names of who started, who decides and who decided, from the recipient's point of view."""
    names = {
        Side.CUSTOMER.value: stored.get("customer_name", ""),
        Side.PARTNER.value: stored.get("partner_name", ""),
        Side.VENDOR.value: stored.get("vendor_name", ""),
        Side.SYSTEM.value: _("The system"),
    }
    initiator = stored.get("initiator", "")
    decider = _opposite(initiator)
    return {
        "recipient_side": recipient_side,
        "starter": names.get(initiator, ""),
        "decider": names.get(decider, ""),
        "is_decider": recipient_side == decider,
        "other": names.get(_opposite(recipient_side), ""),
        "decided_by_name": names.get(stored.get("decided_by", ""), ""),
    }


def _opposite(side: str) -> str:
    return Side(side).opposite.value if side in Side.values else ""


def _code(notification: Notification, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of a code message, with the code derived now. No other text in it may look like a code."""
    challenge = notification.challenge
    if challenge is None:
        return {}
    return {
        "code": codes.code_for(challenge),
        "purpose": challenge.purpose,
        "expires_at": clock_words(challenge.expires_at),
        "host": public_host(),
        "partner_name": _CODE_LIKE.sub("...", str(stored.get("partner_name", ""))),
    }


def _password_link(notification: Notification) -> dict[str, Any]:
    """Return the context of a link to set a password, with a token made now. It is in the sent message alone."""
    if notification.event != Event.PASSWORD_LINK:
        return {}
    path = password_links.set_password_path(notification.recipient)
    return {"password_link": settings.PUBLIC_URL + path, "hours": password_links.link_hours()}
