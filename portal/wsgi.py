"""The web process, as gunicorn loads it. It keeps a pool of database connections; other processes keep one each."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

import django

from portal.unreadable import Utf8Handler

django.setup(set_prefix=False)
application = Utf8Handler()
