"""WSGI entry point for gunicorn. Sets PORTAL_PROCESS, which selects the time limits of the database and the pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

import django
from django.conf import settings

from portal.unreadable import Utf8Handler

django.setup(set_prefix=False)
import_module(settings.ROOT_URLCONF)  # takes most of a second: not in the first request, which may be a probe
handler = Utf8Handler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return handler(environ, start_response)


# CPython keeps the frames of calls in chunks of 16 KiB. Before 3.13.13, a call that crosses the end of a chunk maps
# memory and unmaps it again (python/cpython#142183): a template whose loop does so takes twice its time. A frame that
# asks for a large stack gets a chunk of 512 KiB, in which all calls of a request fit.
STACK_SLOTS = 40_000
application.__code__ = application.__code__.replace(co_stacksize=STACK_SLOTS)
