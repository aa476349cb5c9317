"""Settings of the tests: real PostgreSQL, fast passwords, plain static files."""

import dj_database_url

from deploy.settings import env
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import INSTALLED_APPS, LAB_APPS, PREAU_HOME
from deploy.station import paths

PREAU_LAB = True
WEBHOOK_PRIVATE = True
DEMO_PASSWORDS = True
SECOND_FACTOR_ROLES = []  # the tests of second factors say whose
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
INSTALLED_APPS = [*INSTALLED_APPS, *LAB_APPS]

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
FIELD_KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

TEST_HOME = PREAU_HOME / "test"
DATABASES = {
    "default": {
        **dj_database_url.parse(
            env.text("DATABASE_URL") or paths.database_url(TEST_HOME, "postgres")
        ),
        "TEST": {"NAME": f"test_{env.text('PREAU_TEST_NAME')}"},
    }
}
MEDIA_ROOT = TEST_HOME / "media"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# No broker in tests: a task that is sent runs at once, in the sender.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
