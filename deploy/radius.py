"""The RADIUS server's door as a small server of its own: no sessions, no pages, no middleware.

    granian --interface wsgi --blocking-threads 8 --port 8011 deploy.radius:application

It serves ``/radius/v1/`` alone (byod/views/network/radius.py), with a lasting connection to the
database in each thread: under the site's own server a connection is made for every request.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.prod")
django.setup()

from byod.views.network import radius  # noqa: E402  models need setup()

View = Callable[[HttpRequest], HttpResponse]
VIEWS: dict[str, View] = {f"/{one.pattern}": one.callback for one in radius.urlpatterns}


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer one question (WSGI, PEP 3333)."""
    request = WSGIRequest(environ)
    view = VIEWS.get(request.path_info)
    if view is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/radius/v1/ alone\n"]
    close_old_connections()
    response = view(request)
    headers = [*response.items(), ("Content-Length", str(len(response.content)))]
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    return [response.content]
