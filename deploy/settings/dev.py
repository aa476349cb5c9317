"""Settings of a development station: ``./preau up`` on one machine, loopback only."""

from deploy.settings import env, identity, keys
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import INSTALLED_APPS, LAB_APPS, PREAU_HOME

PREAU_LAB = True
WEBHOOK_PRIVATE = True
DEMO_PASSWORDS = True
# The printed accounts open with a password alone, unless the environment says who may not.
SECOND_FACTOR_ROLES = identity.kinds_of(env.text("SECOND_FACTOR_ROLES", "none"))
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # a passkey may be tried on http://localhost
INSTALLED_APPS = [*INSTALLED_APPS, *LAB_APPS]

SECRET_KEY = env.text("SECRET_KEY") or keys.secret_key(PREAU_HOME)
FIELD_KEY = env.text("FIELD_KEY") or keys.field_key(PREAU_HOME)

# Files are served from where they lie: no collecting, no compressing, no waiting.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
