"""The web process, as gunicorn loads it. It keeps a pool of database connections; other processes keep one each."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
