"""The ASGI door, the one that serves: live pages are streams, which WSGI would hold back."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.prod")

application = get_asgi_application()
