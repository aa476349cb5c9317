"""Settings of production: nothing is guessed, what is missing is refused by name."""

import dj_database_url

from deploy.settings import env, identity
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import INSTALLED_APPS, LAB_APPS, PREAU_LAB

identity.require_second_factor()
if PREAU_LAB:
    INSTALLED_APPS = [*INSTALLED_APPS, *LAB_APPS]

SECRET_KEY = env.required("SECRET_KEY")
FIELD_KEY = env.required("FIELD_KEY")
ALLOWED_HOSTS = [host.strip() for host in env.required("ALLOWED_HOSTS").split(",")]
PREAU_URL = env.text("PREAU_URL").rstrip("/") or f"https://{ALLOWED_HOSTS[0]}"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith("[")]
DATABASES = {
    "default": dict(
        dj_database_url.parse(
            env.required("DATABASE_URL"), conn_max_age=60, conn_health_checks=True
        )
    )
}
CELERY_BROKER_URL = BROKER_URL = env.required("BROKER_URL")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The proxy in front speaks TLS; it must set this header itself and drop the client's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
RADIUS_TOKEN = env.required("RADIUS_TOKEN")
SECURE_HSTS_SECONDS = 31_536_000
# The neighbours under our domain are not ours to promise for (subdomains, preload list).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
