"""The WSGI door, for hosts that have no other. Live streams need ``deploy.asgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.prod")

application = get_wsgi_application()
