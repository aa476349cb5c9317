"""The RADIUS server's door: three short questions, asked hundreds of times a second.

Only FreeRADIUS comes here, with RADIUS_TOKEN, from RADIUS_FROM. Nothing here knows a name. When
the database is away the answer is 503: FreeRADIUS then answers from its memory, and keeps what it
has to tell on its disk.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from byod.actions.network.ask_where import UnknownClient, ask_where
from byod.actions.network.note_answer import note_answer
from byod.actions.network.note_usage import note_usage
from byod.models.network.nas import Nas
from byod.models.network.upstream import UpstreamRealm

log = logging.getLogger(__name__)
Door = Callable[[HttpRequest], HttpResponse]


def radius_only(view: Door) -> Door:
    """Let the RADIUS server in; say 503 while the database is away."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        if not is_radius(request):
            return HttpResponse("RADIUS_TOKEN, from RADIUS_FROM\n", status=403)
        try:
            return view(request)
        except (DatabaseError, InterfaceError) as error:
            log.warning("radius: the database does not answer: %s", type(error).__name__)
            connection.close_if_unusable_or_obsolete()
            return HttpResponse("database away\n", status=503)

    return door


def is_radius(request: HttpRequest) -> bool:
    """The token, and from one of our own networks. Without a token (a station): this machine alone,
    and nobody in between."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if not any(address in network for network in settings.RADIUS_FROM):
        return False
    if not settings.RADIUS_TOKEN:
        return address.is_loopback and "X-Forwarded-For" not in request.headers
    return hmac.compare_digest(_token(request).encode(), settings.RADIUS_TOKEN.encode())


def _token(request: HttpRequest) -> str:
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        try:
            return base64.b64decode(given).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return given


@radius_only
def authorize(request: HttpRequest) -> HttpResponse:
    """POST `/radius/v1/authorize`: whom is this, and where do they go?"""
    try:
        _verdict, reply = ask_where(request.POST.dict(), timezone.now())
    except UnknownClient:
        log.warning("radius: a client that is in no list asks, from %s", request.POST.get("from"))
        return HttpResponse(status=404)
    return JsonResponse(reply)


@radius_only
def post_auth(request: HttpRequest) -> HttpResponse:
    """POST `/radius/v1/post-auth`: this is what the device was answered."""
    note_answer(request.POST.dict(), timezone.now())
    return _heard()


@radius_only
def accounting(request: HttpRequest) -> HttpResponse:
    """POST `/radius/v1/accounting`: a session began, goes on, is over; a NAS restarted."""
    note_usage(request.POST.dict(), timezone.now())
    return _heard()


def _heard() -> HttpResponse:
    """204, of no type: FreeRADIUS complains of one that it does not read."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def _client_at(address: str) -> Nas | UpstreamRealm | None:
    """A client of a site, else a partner's server."""
    nas = Nas.objects.in_use().filter(address=address).order_by("pk").first()
    if nas is not None:
        return nas
    return UpstreamRealm.objects.filter(enabled=True, address=address).order_by("pk").first()


@radius_only
def client(request: HttpRequest) -> HttpResponse:
    """POST `/radius/v1/client`: the secret of the client at that address; 404 for a stranger."""
    try:
        address = str(ip_address(request.POST.get("from", "")))
    except ValueError:
        return HttpResponse(status=404)
    known = _client_at(address)
    if known is None:
        return HttpResponse(status=404)
    kind = "nas" if isinstance(known, Nas) else "partner"
    key = "Address" if ":" not in address else "v6-Address"
    name = "FreeRADIUS-Client-IP-Address" if key == "Address" else "FreeRADIUS-Client-IPv6-Address"
    reply = {
        f"control:{name}": {"op": ":=", "value": [address]},
        "control:FreeRADIUS-Client-Secret": {"op": ":=", "value": [known.secret]},
        "control:FreeRADIUS-Client-Shortname": {"op": ":=", "value": [f"{kind}-{known.pk}"]},
    }
    return JsonResponse(reply)


urlpatterns: list[URLPattern] = [
    path("radius/v1/authorize", authorize, name="radius_authorize"),
    path("radius/v1/post-auth", post_auth, name="radius_post_auth"),
    path("radius/v1/accounting", accounting, name="radius_accounting"),
    path("radius/v1/client", client, name="radius_client"),
]
