"""WSGI entry point for gunicorn. Sets PORTAL_PROCESS, because only web processes use a database connection pool."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

import django

from portal.unreadable import Utf8Handler

django.setup(set_prefix=False)
application = Utf8Handler()
