"""Settings that hold everywhere. dev, prod and test start from here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from deploy.settings import env, identity
from deploy.settings.api import *  # noqa: F403
from deploy.settings.clock import CELERY_BEAT_SCHEDULE  # noqa: F401  a setting
from deploy.settings.identity import *  # noqa: F403
from deploy.settings.panels import *  # noqa: F403
from deploy.settings.pupils import *  # noqa: F403
from deploy.settings.radius import *  # noqa: F403
from deploy.station import paths

BASE_DIR = env.ROOT
PREAU_HOME = env.home()
PREAU_LAB = env.flag("PREAU_LAB")
LAB_PORT = env.number("PREAU_LAB_PORT")
LAB_CLI_PORT = env.number("PREAU_LAB_CLI_PORT")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

INSTALLED_APPS = [
    "django.contrib.admin",
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
    "django_htmx",
    "csp",
    *identity.IDENTITY_APPS,
    "schools",
    "inventory",
    "inventory.grants",
    "supervision",
    "byod",
    "helpdesk",
    "deploy.interface",
    "deploy",
]
LAB_APPS = ["deploy.lab"]

MIDDLEWARE = [
    "schools.middleware.origin_middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "schools.sign_in.middleware.SessionMiddleware",
    "schools.sign_in.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "deploy.urls"
ASGI_APPLICATION = "deploy.asgi.application"
WSGI_APPLICATION = "deploy.wsgi.application"

_TAGS = "deploy.interface.templatetags.preau"
_HAS_TAGS = (BASE_DIR / "deploy" / "interface" / "templatetags" / "preau.py").exists()
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "deploy" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [_TAGS] if _HAS_TAGS else [],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES: dict[str, Any] = {
    "default": dict(
        dj_database_url.parse(
            env.text("DATABASE_URL") or paths.database_url(PREAU_HOME),
            conn_max_age=60,
            conn_health_checks=True,
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "schools.User"
DEMO_PASSWORDS = False  # deploy/checks.py refuses them; a station and the tests allow them
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Sessions (SESSION_ENGINE in identity) stand in the database alone: a process-local cache would
# keep one alive in one process after it was closed in another, and a cache in the broker would
# stop the pages with the broker.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("de", _("Allemand")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "deploy" / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True
# A key in an attribute (value="{{ pk }}", sse:site-{{ pk }}) must stay a number beyond 999;
# the filter nbsp_number groups the figures that people read.
USE_THOUSAND_SEPARATOR = False

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-build"
# prefix in the static files → folder of the npm package that is published under it
NODE_STATICS = {
    "tabler": "@tabler/core/dist",
    "icons": "@tabler/icons-webfont/dist",
    "inter": "@fontsource-variable/inter",
    "leaflet": "leaflet/dist",
    "markercluster": "leaflet.markercluster/dist",
    "uplot": "uplot/dist",
    "qr": "qr",
}
STATICFILES_DIRS: list[Any] = [
    (prefix, NODE_MODULES / folder)
    for prefix, folder in NODE_STATICS.items()
    if (NODE_MODULES / folder).is_dir()
]
# Files people upload. No URL leads here: a view checks who asks and sends the file.
MEDIA_ROOT: Path = PREAU_HOME / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
# Labels and declarations of the inventory.
LABEL_URL = env.text("LABEL_URL")
DECLARATION_MONTHS = env.number("DECLARATION_MONTHS")
DECLARATION_CHANGE_PERCENT = env.number("DECLARATION_CHANGE_PERCENT")
DECLARATION_WARN_DAYS = env.number("DECLARATION_WARN_DAYS")
LABEL_DAYS = env.number("LABEL_DAYS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# A background under the map of sites; without it the map draws its own outlines alone.
MAP_TILES = env.text("MAP_TILES")
MAP_TILES_CREDIT = env.text("MAP_TILES_CREDIT")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # inline styles place the drawings (SVG) of topology and graphs
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", *env.origin("MAP_TILES")],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

BROKER_URL = env.text("BROKER_URL") or paths.broker_url(PREAU_HOME)
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES: int | None = None
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {}
    if BROKER_URL.startswith("amqp")
    else {
        # a task whose worker was killed comes back after this many seconds (default: an hour)
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "house"
CELERY_TASK_ROUTES = {
    "supervision.tasks.poll_*": {"queue": "poll"},
    "helpdesk.tasks.*": {"queue": "desk"},
}
CELERY_TIMEZONE = "UTC"
# Proxies of ours, whose X-Forwarded-For is believed (schools/client_address.py).
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

TRAP_ADDRESS = env.text("PREAU_TRAP_ADDRESS")
TRAP_PORT = env.number("PREAU_TRAP_PORT")

PREAU_URL = env.text("PREAU_URL").rstrip("/") or f"http://127.0.0.1:{env.number('PREAU_PORT')}"

# People and their personal devices (byod).
BYOD_LINK_DAYS = env.number("BYOD_LINK_DAYS")
BYOD_SESSION_MINUTES = env.number("BYOD_SESSION_MINUTES")
BYOD_CODE_TRIES = env.number("BYOD_CODE_TRIES")
BYOD_CA_NAME = env.text("BYOD_CA_NAME")
BYOD_PKI_URL = env.text("BYOD_PKI_URL").rstrip("/") or PREAU_URL
BYOD_RADIUS_NAME = env.text("BYOD_RADIUS_NAME")
BYOD_REALM_SUFFIX = env.text("BYOD_REALM_SUFFIX")
BYOD_SSID = env.text("BYOD_SSID")
BYOD_CERTIFICATE_DAYS = env.number("BYOD_CERTIFICATE_DAYS")
BYOD_CRL_HOURS = env.number("BYOD_CRL_HOURS")
BYOD_GUEST_HOURS = env.number("BYOD_GUEST_HOURS")
BYOD_GRACE_DAYS = env.number("BYOD_GRACE_DAYS")
BYOD_REMIND_DAYS = env.number("BYOD_REMIND_DAYS")
BYOD_REMIND_TIMES = env.number("BYOD_REMIND_TIMES")
BYOD_UNDO_HOURS = env.number("BYOD_UNDO_HOURS")

METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_SITES = env.number("METRICS_SITES")
SAMPLE_DAYS = env.number("SAMPLE_DAYS")
EVENT_DAYS = env.number("EVENT_DAYS")
IMPORT_DAYS = env.number("IMPORT_DAYS")
DISCOVERY_DAYS = env.number("DISCOVERY_DAYS")
WEBHOOK_DAYS = env.number("WEBHOOK_DAYS")
WEBHOOK_PRIVATE = env.flag("WEBHOOK_PRIVATE")
CONFIG_BACKUP_HOURS = env.number("CONFIG_BACKUP_HOURS")
CONFIG_TIMEOUT_S = env.number("CONFIG_TIMEOUT_S")

# The page of an object that the journal names, and the objects that are told with it: model, and
# the path from it to the object.
JOURNAL_PAGES: dict[str, str] = {
    "helpdesk.ticket": "helpdesk:ticket",
    "grants.order": "grants:order",
    "grants.shipment": "grants:shipment",
    "grants.supplierorder": "grants:supplier_order",
    "inventory.device": "inventory:device",
    "byod.loan": "byod:loan",
    "byod.loanpool": "byod:loan_pool",
    "inventory.pushplan": "inventory:push_plan",
    "inventory.configtemplate": "inventory:config_template",
    "schools.site": "schools:site",
}
JOURNAL_PARTS: dict[str, list[tuple[str, str]]] = {
    "inventory.device": [("supervision.target", "device"), ("inventory.port", "device")],
    "schools.user": [("schools.role", "user"), ("schools.apitoken", "user")],
}
# Verbs of the journal in words, from apps further left (schools/journal.py).
JOURNAL_VERBS = ["inventory.grants.journal_words.VERBS", "byod.journal_words.VERBS"]
# Indicators that apps further right tell with those of the grants: modules with INDICATORS and
# figures() (inventory/grants/indicators.py).
INDICATOR_SOURCES = ["byod.indicators"]
# Who answers the search box, in this order (schools/finding.py): functions that are given the
# person and the question, and give back groups of hits.
SEARCH_GROUPS = [
    "helpdesk.searching.tickets",
    "schools.searching.places",
    "schools.searching.people",
    "inventory.searching.devices",
    "inventory.grants.searching_orders.orders",
]
# How devices are reached to be written to; tests put another way in its place.
PUSH_REACH = "inventory.actions.reach_by_cli.CliReach"
# Who tells the register's pages in what state sites and devices are (schools/observed.py).
SITE_STATES = "supervision.register_states.SiteStates"
DEVICE_TROUBLES = "helpdesk.troubles.open_on_devices"
# Which ticket answers for a damage of a lent device (byod/views/loans/loans.py).
DAMAGE_TICKETS = "helpdesk.damage_tickets.tickets_of"
# What other apps wrote of a damage forgets its pupil with the loan (byod/actions/loans/keeping.py).
PUPILS_FORGOTTEN = ["helpdesk.actions.forget_pupil.forget_pupil"]
# Devices that another app keeps for something else: they are not shared for bookings.
DEVICES_KEPT = ["byod.pooled.pooled_devices"]
DEVICE_STATES = "supervision.register_states.DeviceStates"
# Who hears whom on the wire, for the picture of a site's network (inventory/observed.py).
NEIGHBOURS = "supervision.register_states.Neighbours"
# Kinds of file that apps further left bring to the imports (schools/imports/foreign.py).
IMPORT_SOURCES = [
    "inventory.imports.source.DEVICES",
    "inventory.imports.infrastructure.REGISTER",
    "byod.imports.source.LOAN_LINES",
]
# Who tells what still hangs on places that an import closes (schools/consequences.py).
CLOSING_CONSEQUENCES = ["helpdesk.closing.open_tickets", "inventory.closing.devices"]
# Who must know that devices now stand at another site (inventory/actions/device_writing.py).
DEVICES_FOLLOWED = ["supervision.following.follow_devices"]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("PREAU_LOG_LEVEL")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # a line per tick and second would bury what matters; failures are still written
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

TEST_RUNNER = "django.test.runner.DiscoverRunner"
