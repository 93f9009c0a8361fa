"""The one settings file. The environment decides; what is missing is safe for production.

`make run` and `make test` set DEV=1, which supplies a throw-away secret, SQLite and the
in-process broker. Every variable is described in docs/operators.md.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEV = env.bool("DEV", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)

# No default secrets: production stops here when one is missing.
SECRET_KEY = env.str("SECRET_KEY", default="dev-only-not-a-secret" if DEV else environ.Env.NOTSET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys, newest first, that encrypt provider credentials at rest.
FIELD_ENCRYPTION_KEYS = env.list(
    "FIELD_ENCRYPTION_KEYS",
    default=["ZGV2LW9ubHktbm90LWEtc2VjcmV0LTAxMjM0NTY3ODk="] if DEV else environ.Env.NOTSET,
)

# The address that patients' carriers and browsers use; webhook signatures are checked against it.
_port = env.str("PORT", default="8000")
if not (_port.isdecimal() and 0 < int(_port) < 65536):
    raise ImproperlyConfigured(f"PORT is a number from 1 to 65535, not {_port!r}")
PORT = int(_port)
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
if not PUBLIC_BASE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(f"PUBLIC_BASE_URL begins with https:// (or http://), unlike {PUBLIC_BASE_URL!r}")
_https = PUBLIC_BASE_URL.startswith("https://")
_host = PUBLIC_BASE_URL.split("//", 1)[1].split("/")[0].split(":")[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", _host])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_BASE_URL])

INSTALLED_APPS = [
    "aesthetix.practices",
    "aesthetix.events",
    "aesthetix.audit",
    "aesthetix.web",
    "contacts",
    "conversations",
    "telephony",
    "documents",
    "workflows",
    "a360_sync",
    "aesthetix.operations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "lucide",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "telephony.webhooks.door.CarrierDoor",
    "aesthetix.practices.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aesthetix.practices.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "aesthetix.web.middleware.PageMiddleware",
    "aesthetix.practices.middleware.PracticeMiddleware",
    "contacts.middleware.MergedRecords",
]

ROOT_URLCONF = "aesthetix.urls"
WSGI_APPLICATION = "aesthetix.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aesthetix.web.context.shell",
            ],
            "builtins": ["lucide.templatetags.lucide", "aesthetix.web.templatetags.ax"],
        },
    }
]

# Data stores ------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/aesthetix.sqlite3" if DEV else environ.Env.NOTSET)
}
_db = DATABASES["default"]
if not _db.get("ENGINE"):
    raise ImproperlyConfigured("DATABASE_URL names no database that we know, as postgresql://user@host/name does")
_db["CONN_MAX_AGE"] = None
if _db["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE a read that turns into a write fails at once with "database is locked".
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
    }
    # A file, not memory: live servers and worker threads in tests open connections of their own.
    _db["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Celery: the doorbell. Rows with a due time are the truth (architecture decision 5). -------
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 900, "unacked_restore_throttle": 1, "unacked_restore_interval": 5}
    if REDIS_URL
    else {"polling_interval": 0.1}
)
CELERY_TIMEZONE = "UTC"

# Files ------------------------------------------------------------------------------------
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="us-east-1"),
            "signature_version": "s3v4",
            "addressing_style": env.str("S3_ADDRESSING_STYLE", default="auto"),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": False,
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEV
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default="" if DEV else str(BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = DEV

# An upload's size, and a ClamAV daemon (host:port) that looks at each; empty: none.
DOCUMENT_MAX_MB = env.int("DOCUMENT_MAX_MB", default=50)
CLAMD = env.str("CLAMD", default="")
# Beyond this an upload waits on disk, not in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "practices.User"
AUTHENTICATION_BACKENDS = ["aesthetix.practices.accounts.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "aesthetix.practices.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # every other session ends (services/sign_in.py), this one goes on
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "aesthetix.practices.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Aesthetix CRM"
MFA_TOTP_TOLERANCE = 1  # phones' clocks are seconds off; a code still works once (forms/second_factor.py)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by themselves
MFA_FORMS = {
    "authenticate": "aesthetix.practices.forms.second_factor.CodeForm",
    "reauthenticate": "aesthetix.practices.forms.second_factor.CodeAgainForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_ENGINE = "aesthetix.practices.session_store"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://" if DEV else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Aesthetix CRM <no-reply@localhost>")

BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)

# Transport security -----------------------------------------------------------------------
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
# A redirected webhook arrives as GET and is lost; health checks come from inside.
SECURE_REDIRECT_EXEMPT = [r"^twilio/", r"^healthz$", r"^readyz$", r"^live/healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "aesthetix.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

# API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["aesthetix.practices.api_auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["aesthetix.practices.api_auth.HasScope"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="600/min")},
    "EXCEPTION_HANDLER": "rest_framework.views.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aesthetix CRM",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "MessageState": "conversations.models.Message.State",
        "CallState": "telephony.models.Call.State",
        "RecordingState": "telephony.models.Recording.State",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "logging.Formatter" if DEV else "aesthetix.lib.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
