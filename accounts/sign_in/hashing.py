"""The password hasher: Argon2id, one hash at a time in each process, and a short queue in front of it.

A hash takes 100 MiB and up to eight cores for a tenth of a second. Without a limit, guesses fill memory and cores. In
an unlimited queue, they fill the threads that serve pages. PASSWORD_HASHERS names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 1
PLACES = max(AT_ONCE, settings.WEB_THREADS - 1)  # hashing or waiting: one thread of the process stays free for pages

running = BoundedSemaphore(AT_ONCE)
places = BoundedSemaphore(PLACES)


class TooManySignIns(Exception):
    """Every place is taken. No password was checked or set. Answered with 503."""


class Argon2Hasher(Argon2PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        with _turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():
            verified: Any = super().verify(password, encoded)
            return bool(verified)


@contextmanager
def _turn() -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise TooManySignIns
    try:
        with running:
            yield
    finally:
        places.release()
