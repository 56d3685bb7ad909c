"""The settings of the test run: those of the product, read under an environment of their own.

DATABASE_URL and REDIS_URL are taken from the shell; every other variable of the product is set or dropped here,
so that the suite means the same on every machine. Processes that a test starts inherit this environment.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="portal-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

KEPT = {"DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"}
FOREIGN = {
    *("SECRET_KEY CODE_KEY ALLOWED_HOSTS PUBLIC_URL SMS_BACKEND SMS_HTTP_URL SMS_HTTP_TEMPLATE SMS_HTTP_TOKEN").split(),
    *("EMAIL_URL DEFAULT_FROM_EMAIL SUPPORT_EMAIL TIME_ZONE TRUSTED_PROXIES METRICS_TOKEN CODE_LIMIT_IP").split(),
    *("CODE_LIMIT_INSTALLATION DEMO PORT PRODUCT_NAME VENDOR_NAME LOGO_URL ACCENT LEGAL_LINKS VAR_DIR").split(),
    *("LOG_LEVEL WEB_BIND WEB_WORKERS WEB_THREADS").split(),
}
for name in FOREIGN:
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ |= {
    "DEMO": "1",
    "SECRET_KEY": "test-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "CODE_KEY": "test-code-key-0123456789-abcdefghijklmnopqrstuvwxyz",
    "VAR_DIR": str(SCRATCH),
    # Playwright keeps an event loop running in the thread of the tests.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES  # noqa: E402

# A file, never memory: races need connections that see each other.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
# Argon2 is slow on purpose; one test asks it for a hash by name.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
