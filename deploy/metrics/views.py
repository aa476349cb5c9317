"""The door of Prometheus: a token where one is set, this machine alone where none is."""

from __future__ import annotations

import hmac
from functools import cache
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from deploy.metrics.collector import make_registry


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric, in the format that the scraper prefers."""
    if settings.METRICS_TOKEN:
        if not _bears(request, settings.METRICS_TOKEN):
            return HttpResponse(
                _("Jeton attendu."), status=401, headers={"WWW-Authenticate": "Bearer"}
            )
    elif not _is_local(request):
        return HttpResponse(_("Réservé à cette machine : fixez METRICS_TOKEN."), status=403)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(_registry()), content_type=content_type)


@cache
def _registry() -> CollectorRegistry:
    return make_registry()


def _bears(request: HttpRequest, token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


def _is_local(request: HttpRequest) -> bool:
    """From loopback and not through a proxy: behind one, everybody comes from loopback."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
