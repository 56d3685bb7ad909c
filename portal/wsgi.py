"""WSGI entry point for gunicorn. Sets PORTAL_PROCESS, which selects the time limits of the database and the pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

import django

from portal.unreadable import Utf8Handler

django.setup(set_prefix=False)
handler = Utf8Handler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return handler(environ, start_response)


# CPython keeps the frames of calls in chunks of 16 KiB. Before 3.13.13, a call that crosses the end of a chunk maps
# memory and unmaps it again (python/cpython#142183): a template whose loop does so takes twice its time. A frame that
# asks for a large stack gets a chunk of 512 KiB, in which all calls of a request fit.
STACK_SLOTS = 40_000
application.__code__ = application.__code__.replace(co_stacksize=STACK_SLOTS)
