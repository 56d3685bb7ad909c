"""The one settings file. Everything comes from the environment; production (DEMO unset) refuses weak values.

The variables are documented in README.md, one row each.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEMO: bool = env.bool("DEMO", default=False)
DEBUG = False
SECRET_KEY: str = environment.secret(env, "SECRET_KEY")
CODE_KEYS: list[str] = environment.secret(env, "CODE_KEY").split(",")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
PORT: int = env.int("PORT", default=8000)
PUBLIC_URL: str = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}" if DEMO else "").rstrip("/")
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")

# The vendor's face.
PRODUCT_NAME: str = env.str("PRODUCT_NAME", default="Partner Portal")
VENDOR_NAME: str = env.str("VENDOR_NAME", default="Lumenbridge Cloud" if DEMO else "the vendor")
LOGO_URL: str = env.str("LOGO_URL", default="")
ACCENT: str = env.str("ACCENT", default="")
SUPPORT_EMAIL: str = env.str("SUPPORT_EMAIL", default="support@localhost" if DEMO else "")
LEGAL_LINKS: dict[str, str] = env.dict("LEGAL_LINKS", default={})

INSTALLED_APPS = [
    "accounts",
    "partners",
    "portal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "phonenumber_field",
    "axes",
    "csp",
    "django_structlog",
    "django_prometheus",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.sessions.SessionExpiryMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.page",
            ]
        },
    }
]

DATABASES = {"default": environment.database(env, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL: str = env.str("REDIS_URL", default="")

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.AccountBackend"]
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"
# Attempts to sign in are counted per account and address: a stranger elsewhere locks nobody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.backends.attempted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.client_ip.client_ip"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "accounts.views.login.locked_out"
# Idle and absolute ends of a session are in accounts/sessions.py; the row itself lives as long as the absolute one.
SESSION_COOKIE_AGE = 12 * 60 * 60
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The verification code (docs/decisions.md names the sources of the numbers).
CODE_LIFETIME = timedelta(minutes=5)
CODE_RESEND_AFTER = timedelta(seconds=60)
CODE_TRIES = 5
CODE_TRIES_AN_HOUR = 10
CODE_LOCK = timedelta(minutes=30)
CODE_RESENDS_AN_ATTEMPT = 3
CODE_SENDS_AN_HOUR = 5
CODE_SENDS_A_DAY = 10
CODE_SENDS_A_DAY_AND_NUMBER = 10
CODE_LIMIT_IP: int = env.int("CODE_LIMIT_IP", default=60)
CODE_LIMIT_INSTALLATION: int = env.int("CODE_LIMIT_INSTALLATION", default=2000)

SMS_BACKEND: str = env.str("SMS_BACKEND", default="accounts.sms.file.FileBackend" if DEMO else "")
SMS_FILE = VAR_DIR / "messages.jsonl"
SMS_HTTP_URL: str = env.str("SMS_HTTP_URL", default="")
SMS_HTTP_TEMPLATE: str = env.str("SMS_HTTP_TEMPLATE", default="")
SMS_HTTP_TOKEN: str = env.str("SMS_HTTP_TOKEN", default="")

TIME_ZONE: str = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
