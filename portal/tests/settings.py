"""The settings of the tests: those of the product, with a fixed environment.

DATABASE_URL and REDIS_URL come from the shell. Every other variable of the product is set or removed here, so that
the tests run the same on every machine. Processes that a test starts inherit this environment.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from portal.tests import variables

if "pytest" in sys.modules:
    SCRATCH = Path(tempfile.mkdtemp(prefix="portal-test-"))
    (SCRATCH / "static").mkdir()
    atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
else:  # mypy and the commands of `make check` read the settings and write nothing
    SCRATCH = Path(tempfile.gettempdir())

for name in (variables.names() | {"PORTAL_PROCESS"}) - {"DATABASE_URL", "REDIS_URL"}:
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ |= {
    "DEMO": "1",
    "SECRET_KEY": "test-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "CODE_KEY": "test-code-key-0123456789-abcdefghijklmnopqrstuvwxyz",
    "VAR_DIR": str(SCRATCH),
    # Playwright runs an event loop in the thread of the tests.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

# Each test process (`-n 2`) has a database and also a Redis database, so that the Celery workers of different test
# processes do not take each other's messages.
if os.environ.get("REDIS_URL") and os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rpartition("/")[0] + "/" + os.environ["PYTEST_XDIST_WORKER"][2:]

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES  # noqa: E402

STATIC_ROOT = SCRATCH / "static"

# A file instead of memory, because race tests need several connections to the same database.
if "pytest" not in sys.modules:
    DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
elif "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
# Argon2 is slow on purpose. One test uses it explicitly.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "accounts.sign_in.hashing.Argon2Hasher",
]
