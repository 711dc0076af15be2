"""All settings, read from the environment; `.env.example` explains every variable.

Nothing here is a secret and nothing has a default that would be unsafe in production. `make run`, `make test`
and `manage.py` fill in what one machine needs (config/local.py).
"""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF

from config.logs import configured_logging

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
HTTPS = env.bool("HTTPS", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
VAR_DIR = Path(env("DOLOMITE_VAR", default=str(BASE_DIR / "var")))
EXPORTS_DIR = VAR_DIR / "exports"

# Each room of the house is one app; `demo` is only where its stories may be told.
ROOMS = [
    "accounts",
    "audit",
    "protocols",
    "patients",
    "regimens",
    "labs",
    "wearables",
    "reviews",
    "caseseries",
    "fhir",
    *(["demo"] if DEMO else []),
]
INSTALLED_APPS = [
    *ROOMS,
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "lucide",
]
# The copies in the history tables are read by their row only: no index on their other keys.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

MIDDLEWARE = [
    *(["config.proxy.ClientAddressMiddleware"] if BEHIND_PROXY else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logs.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.limits.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.privacy.NoStoreMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.MembershipMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a refused sign-in into the locked page
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "accounts.context.shell",
                "reviews.context.queue_badge",
            ]
        },
    }
]

# --- PostgreSQL: commands that own the tables use one address, everything else the other and a lesser role
AS_OWNER = env("DOLOMITE_DB_ROLE", default="application") == "owner"
DATABASES = {"default": env.db_url("DATABASE_URL")}
if AS_OWNER:
    DATABASES["default"] = env.db_url("DATABASE_OWNER_URL", default=env("DATABASE_URL"))
else:
    DATABASES["default"].setdefault("OPTIONS", {})["assume_role"] = "dolomite_app"
# A set value spares the history triggers an exception per row: with deferred foreign keys, each one makes
# PostgreSQL walk all that the transaction has written, which made bulk writes quadratic.
# A disk without a moving head reads one page as fast as the next: else the queue's joins are planned as scans
# of whole tables. Room for the keys of a rule's flags lets the sweep look causes up by hash: where 200,000 of
# them did not fit, each cause would be compared with all.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c pgtrigger.ignore={} -c random_page_cost=1.1 -c work_mem=32MB"
)
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,  # reusing connections is worth three to seven times the requests
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": "test_dolomite"},
}
# The login of the application, to which the owner grants the role (audit/grants.py).
APPLICATION_LOGIN = env.db_url("DATABASE_URL")["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# --- Sign-in: by e-mail only, nobody signs up, five failures lock for fifteen minutes
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATORS}UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_VALIDATORS}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "accounts.sign_in.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.sign_in.attempted_email"
AXES_LOCKOUT_CALLABLE = "accounts.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Sessions and cookies: thirty idle minutes, sliding; bound to the host where HTTPS is
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- The browser: nothing from elsewhere, nothing inline
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
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without TLS
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Sizes: ten megabytes of note are refused before they are read
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# All files of one request together; each has a limit of its own where it is read.
FILES_UPLOAD_MAX_SIZE = 128 * 1024 * 1024

# --- Language and time: moments in UTC, days in the clinic's own zone
LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": _STORAGE if DEBUG else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- The API
API_TOKEN_HOURS = 12
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "accounts.tokens.MemberSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "accounts.openapi.ResourceSchema",
    "EXCEPTION_HANDLER": "accounts.answers.answer_refusal",
    "UNICODE_JSON": False,  # a refusal may quote a lone surrogate, which no encoding but escapes can write
    "NUM_PROXIES": 0,  # config/proxy.py has already found the client's address
    "DEFAULT_THROTTLE_RATES": {"user": "1200/minute", "write": "600/minute", "token": "10/minute"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dolomite",
    "DESCRIPTION": "Visits, flags and case series of magnesium supplementation.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # A closed line for each kind of row: more than a hundred operations at once take a browser many seconds.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "filter": True},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AnalyteEnum": "labs.models.ANALYTE_CHOICES",
        "CarePartyEnum": "patients.models.CareParty",
        "ContactOutcomeEnum": "reviews.models.ContactOutcome",
        "DoseTakenEnum": "patients.models.DoseTaken",
        "ImportStateEnum": "accounts.long_work.WorkState",
        "IntakeTimingEnum": "regimens.models.Timing",
        "MatterKindEnum": "reviews.open_matters.MatterKind",
        "PatientStatusEnum": "patients.models.Status",
        "ProductFormEnum": "regimens.api_products.FORM_CHOICES",
        "ProductKindEnum": "regimens.models.ProductKind",
        "ReadingKindEnum": "wearables.kinds.KIND_CHOICES",
        "ReevaluationStateEnum": "reviews.api.reevaluations.STATES",
        "ResultStatusEnum": "labs.models.ResultStatus",
        "StatusToldEnum": "labs.api.TOLD",
        "StopReasonEnum": "regimens.models.StopReason",
        "VisitKindEnum": "patients.models.VisitKind",
    },
}

# --- Celery: a task is a doorbell, the truth is a row; so no result is kept and only ids are sent
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    _BROKER = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "polling_interval": 0.05,
        "data_folder_in": str(_BROKER / "queue"),
        "data_folder_out": str(_BROKER / "queue"),
        "processed_folder": str(_BROKER / "processed"),
        "control_folder": str(_BROKER / "control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A worker that was killed gives its tasks back soon, and never while they still run.
        "visibility_timeout": 3600,
        "unacked_restore_throttle": 1,
        # A broker that is down must not hold a request.
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "max_retries": 0,
    }
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-due-clinics": {"task": "reviews.tasks.sweep_due_clinics", "schedule": crontab(minute="*/15")},
    "ring-protocol-runs": {
        "task": "reviews.tasks.ring_protocol_runs",
        "schedule": crontab(minute="*"),
        # Without a worker the rings must not pile up; the next one says the same.
        "options": {"expires": 55},
    },
    "ring-backtests": {
        "task": "reviews.tasks.ring_backtests",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "ring-exports": {
        "task": "caseseries.tasks.ring_exports",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "ring-imports": {
        "task": "reviews.tasks.ring_imports",
        "schedule": crontab(minute="*"),
        "options": {"expires": 55},
    },
    "ring-messages": {"task": "reviews.tasks.ring_messages", "schedule": crontab(minute="*/15")},
}

# --- Mail: counts for clinicians, once a day; without a server nobody is asked for any
SENDS_MAIL = bool(env("EMAIL_URL", default=""))
_MAIL = env.email_url("EMAIL_URL") if SENDS_MAIL else env.email_url_config("dummymail:")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"] or "", _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_MAIL.get("EMAIL_USE_TLS")), bool(_MAIL.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = _MAIL["EMAIL_FILE_PATH"]
# Well under the time for which a worker holds a message (reviews/digests/sending.py).
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="") or "Dolomite <dolomite@localhost>"
# The address that links in mails and the calendar's address begin with.
_NAMED = next((host for host in ALLOWED_HOSTS if not host.startswith((".", "*"))), "localhost")
PUBLIC_URL = (env("PUBLIC_URL", default="") or f"{'https' if HTTPS else 'http'}://{_NAMED}").rstrip("/")

LOGGING_CONFIG = None
configured_logging(as_json=env.bool("LOG_JSON", default=not DEBUG))
