"""The session engine: Django's, which saves in the database, but it does not hide an outage.

Django takes every failed update for a session that was deleted meanwhile, and answers 400.
"""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from accounts.outages import is_outage


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if error.__context__ is not None and is_outage(error.__context__):
                raise error.__context__ from error.__context__.__cause__
            raise
