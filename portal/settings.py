"""The settings, from environment variables. Production (DEMO unset) refuses to start with weak values.

README.md describes the variables. The checks are in portal/refusals.py.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from accounts.addresses import sender_address
from portal import database, environment, keys, logs, refusals

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment()

DEMO = env.flag("DEMO")
DEBUG = False
VAR_DIR = env.directory("VAR_DIR", BASE_DIR / "var")
SECRET_KEY = env.text("SECRET_KEY") or (keys.ensure(VAR_DIR / "secret_key") if DEMO else "")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
CODE_KEYS = env.words("CODE_KEY") or ([keys.ensure(VAR_DIR / "code_key")] if DEMO else [])
METRICS_TOKEN = env.text("METRICS_TOKEN")

# Addresses of the web process, and trusted proxies.
PORT = env.number("PORT", 8000, lowest=1, highest=65535)
WEB_BIND = env.text("WEB_BIND", "127.0.0.1")
WEB_WORKERS = env.number("WEB_WORKERS", 2, lowest=1, highest=64)
WEB_THREADS = env.number("WEB_THREADS", 4, lowest=1, highest=64)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else "")
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{PORT}" if DEMO else "").rstrip("/")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, highest=10)
CLIENT_IP_HEADER = env.text("CLIENT_IP_HEADER", "X-Forwarded-For")
HEALTH_NETWORKS = env.words("HEALTH_NETWORKS")

# The vendor's brand.
PRODUCT_NAME = env.text("PRODUCT_NAME", "Partner Portal")
VENDOR_NAME = env.text("VENDOR_NAME", "Lumenbridge Cloud" if DEMO else "the vendor")
LOGO_URL = env.text("LOGO_URL")
ACCENT = env.text("ACCENT")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", "support@localhost" if DEMO else "")
LEGAL_LINKS = env.pairs("LEGAL_LINKS")

INSTALLED_APPS = [
    "accounts",
    "partners",
    "portal",
    "accounts.admin_site.AdminConfig",
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
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.probers.ProberHostMiddleware",
    "portal.headers.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.unreadable.UnreadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.sign_in.sessions.SessionExpiryMiddleware",
    "accounts.sign_in.sessions.SignInRequiredMiddleware",
    "accounts.views.errors.WrongMethodMiddleware",
    "accounts.views.errors.BusyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
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
                "accounts.frame.context_processors.page",
                "partners.context_processors.process_waiting",
            ]
        },
    }
]

PROCESS = env.source.get("PORTAL_PROCESS", "command")  # or web, clock, migration: the entry points set it
DATABASES = {"default": database.configure(env, PROCESS, f"sqlite:///{VAR_DIR / 'portal.sqlite3'}", WEB_THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")

# Authentication. Sessions and counters are in the database, so that a restart of the broker signs nobody out.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.sign_in.backends.AccountBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
PASSWORD_HASHERS = ["accounts.sign_in.hashing.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.sign_in.password_rules.KnownWordValidator"},
]
AXES_HANDLER = "accounts.sign_in.throttle.ThrottleHandler"
AXES_FAILURE_LIMIT = 5  # per name and IP address
LOGIN_FAILURES_OF_ADDRESS = LOGIN_FAILURES_OF_NAME = 50  # per IP address with any names, per name from any addresses
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "accounts.views.login.locked_out"
AXES_USERNAME_CALLABLE = "accounts.sign_in.backends.attempted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.client_ip.counted_address"
# django-axes stores the form of a failed attempt, with these fields masked.
AXES_SENSITIVE_PARAMETERS = [
    *("username", "csrfmiddlewaretoken", "number"),
    *("old_password", "new_password1", "new_password2", "password1", "password2"),
]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = AXES_ENABLE_ADMIN = False

SESSION_ENGINE = "accounts.sign_in.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "sessionid" if DEMO else "__Host-sessionid"
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrftoken" if DEMO else "__Host-csrftoken"
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [origin] if (origin := environment.origin_of(PUBLIC_URL)) else []
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "language" if DEMO else "__Host-language"
LANGUAGE_COOKIE_SECURE = not DEMO
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
THEME_COOKIE_NAME = "theme" if DEMO else "__Host-theme"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Security headers and https. Behind trusted proxies, X-Forwarded-Proto decides whether a request is https.
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# No form accepts files, so uploads are refused before anything is stored.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Verification codes. The sources of the numbers are in docs/decisions.md.
CODE_LIFETIME = timedelta(minutes=5)
CODE_RESEND_AFTER = timedelta(seconds=60)
CODE_TRIES = 5
CODE_TRIES_AN_HOUR = 10
CODE_LOCK = timedelta(minutes=30)
CODE_RESENDS_AN_ATTEMPT = 3
CODE_SENDS_AN_HOUR = 5
CODE_SENDS_A_DAY = 10
CODE_SENDS_A_DAY_AND_NUMBER = 10
CODE_LIMIT_IP = env.number("CODE_LIMIT_IP", 60, lowest=1)
CODE_LIMIT_INSTALLATION = env.number("CODE_LIMIT_INSTALLATION", 2000, lowest=1)

# Messages. In DEMO e-mails and text messages go to one file, which /demo/messages/ shows.
MESSAGES_FILE = VAR_DIR / "messages.jsonl"
SMS_FILE = MESSAGES_FILE
SMS_HTTP_URL = env.text("SMS_HTTP_URL")
SMS_HTTP_TEMPLATE = env.text("SMS_HTTP_TEMPLATE", '{"to": "{to}", "text": "{body}"}')
SMS_HTTP_TOKEN = env.text("SMS_HTTP_TOKEN")
SMS_COUNTRIES = [country.upper() for country in env.words("SMS_COUNTRIES")]
SMS_BACKEND = env.text(
    "SMS_BACKEND", refusals.HTTP_SMS if SMS_HTTP_URL else "accounts.sms.file.FileBackend" if DEMO else ""
)
globals().update(env.email("portal.demo.mail.MessageFileBackend" if DEMO else ""))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = sender_address(
    env.text("DEFAULT_FROM_EMAIL", f"no-reply@{environment.host_of(PUBLIC_URL) or 'localhost'}")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"

# Static files. Without DEMO their names contain a hash, and they are served from the output of `collectstatic`.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["portal.stylesheet.StylesheetFinder", *global_settings.STATICFILES_FINDERS]
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if not DEMO:
    HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    STORAGES = {**global_settings.STORAGES, "staticfiles": {"BACKEND": HASHED}}

LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING = logs.configuration(LOG_LEVEL)
LOGGING_CONFIG = "portal.logs.configure"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # portal/logs.py binds the address that trusted proxies report
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # and the user, without a query
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logs.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logs.INFO

refusals.check(env, globals())
env.finish()
