"""SMS backend that sends a message by one JSON POST. Most providers and in-house gateways accept that.

SMS_HTTP_URL       the address: https, or http on the loopback
SMS_HTTP_TEMPLATE  the JSON to post, with the placeholders {to} {body} {key} in its strings
SMS_HTTP_TOKEN     the bearer token, may be empty

2xx means sent. 408, 425, 429, 5xx, timeouts and connection errors raise Unavailable, anything else raises Rejected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.sms.contract import Rejected, SmsBackend, Unavailable
from accounts.sms.post import Reply, Unreachable, post

BUSY = frozenset({408, 425, 429})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PLACEHOLDER = re.compile(r"\{(to|body|key)\}")
_ID_NAMES = ("id", "message_id", "messageId", "message-id", "sid")
_AROUND_ID = ("messages", "data", "message", "result")


class HttpBackend(SmsBackend):
    def __init__(self) -> None:
        self.url = checked_url(settings.SMS_HTTP_URL)
        self.template = parsed_template(settings.SMS_HTTP_TEMPLATE)

    def send(self, to: str, body: str, idempotency_key: str) -> str:
        filled = fill(self.template, {"to": to, "body": body, "key": idempotency_key})
        try:
            reply = post(self.url, _headers(idempotency_key), json.dumps(filled).encode())
        except Unreachable as failure:
            raise Unavailable(str(failure)) from None
        return _outcome(reply)


def checked_url(text: str) -> SplitResult:
    """Return the parsed URL. Raise ImproperlyConfigured if it would send codes and the token unencrypted."""
    url = urlsplit(text)
    if not url.hostname or url.scheme not in {"https", "http"}:
        raise ImproperlyConfigured("SMS_HTTP_URL is not an http(s) address.")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ImproperlyConfigured("SMS_HTTP_URL must use https.")
    return url


def parsed_template(text: str) -> Any:
    """Return the template as parsed JSON. It is filled after parsing, so a message cannot inject JSON.

    Raise ImproperlyConfigured if it is not JSON or lacks {to} or {body}.
    """
    try:
        template = json.loads(text)
    except ValueError:
        raise ImproperlyConfigured("SMS_HTTP_TEMPLATE is not JSON.") from None
    if not {"to", "body"} <= set(_PLACEHOLDER.findall(text)):
        raise ImproperlyConfigured("SMS_HTTP_TEMPLATE lacks {to} or {body}.")
    return template


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """Return the template with its placeholders replaced. Placeholders inside of the values are not replaced."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    if isinstance(template, dict):
        return {name: fill(item, values) for name, item in template.items()}
    return template


def _headers(idempotency_key: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": idempotency_key}
    if settings.SMS_HTTP_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_HTTP_TOKEN}"
    return headers


def _outcome(reply: Reply) -> str:
    word = f"http-{reply.status}"
    if 200 <= reply.status < 300:
        return _id_in(reply.body)
    if reply.status in BUSY or reply.status >= 500:
        raise Unavailable(word)
    raise Rejected(word)


def _id_in(body: bytes) -> str:
    try:
        return _find_id(json.loads(body))
    except (ValueError, RecursionError):
        return ""


def _find_id(answer: Any) -> str:
    if isinstance(answer, list):
        return _find_id(answer[0]) if answer else ""
    if not isinstance(answer, dict):
        return ""
    for name in _ID_NAMES:
        if isinstance(answer.get(name), str | int):
            return str(answer[name])[:200]
    return next((found for name in _AROUND_ID if (found := _find_id(answer.get(name)))), "")
