"""What the way leaves behind: every place in which a secret could stand."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from portal.tests.leaks.secrecy import Secrets
from portal.tests.leaks.visitor import Record


@dataclass
class Traces:
    secrets: Secrets = field(default_factory=Secrets)
    record: Record = field(default_factory=Record)
    output: str = ""
    broker: str = ""
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)  # to and text of each text message
    mails: list[str] = field(default_factory=list)
    inbox: list[str] = field(default_factory=list)
    owners_of_codes: set[tuple[str, str]] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)  # the telephone numbers by which the tenants are reached
    operations: set[str] = field(default_factory=set)
    failed_notices: int = 0
    # The same places again, after a secret was put there on purpose.
    planted: set[str] = field(default_factory=set)
    careless_output: str = ""
    careless_broker: str = ""
    careless_rows: dict[tuple[str, str], str] = field(default_factory=dict)


def rows() -> dict[tuple[str, str], str]:
    """Every column of every table as one text; a session's data also as what they are when decoded."""
    found: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            stored = cursor.fetchall()
            for place, name in enumerate(names):
                found[table, name] = "\n".join(str(row[place]) for row in stored)
    decoded = (str(session.get_decoded()) for session in Session.objects.all())
    found["django_session", "session_data"] += "\n".join(decoded)
    return found


def broker() -> str:
    """Every key with its value, whatever its type; the bodies of messages as they are and decoded."""
    if not settings.REDIS_URL:
        return ""
    client = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
    text = "\n".join(f"{key} {_value(client, str(key))}" for key in client.scan_iter("*"))
    client.close()
    bodies = re.findall(r'"body": "([A-Za-z0-9+/=]+)"', text)
    return "\n".join([text, *(base64.b64decode(body).decode() for body in bodies)])


def _value(client: Any, key: str) -> str:
    kind = client.type(key)
    if kind == "list":
        return str(client.lrange(key, 0, -1))
    if kind == "hash":
        return str(client.hgetall(key))
    if kind == "set":
        return str(client.smembers(key))
    if kind == "zset":
        return str(client.zrange(key, 0, -1))
    return str(client.get(key))
