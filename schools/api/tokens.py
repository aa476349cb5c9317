"""Keys for programs: ``Authorization: Token …``, compared by digest, limited by scopes.

A key opens a part of what its owner may do. It needs a manner (``read`` or ``write``) and the area
of the view; a view of no known area is closed to every key.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from schools.api_areas import AREAS
from schools.client_address import client_address
from schools.models import ApiToken, Door, TokenScope, User
from schools.origin import enter_by

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports the settings, which name this file

USED_EVERY = dt.timedelta(hours=1)
"""A use of a key is written at most this often: a busy program must not write at each request."""
KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """The person whose key it is; what the key opens is :class:`HasScope`'s business."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The owner and the key, None without the header. Raises AuthenticationFailed."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        token = _key(words[1:])
        why = _closed(token)
        if token is None or why:
            raise exceptions.AuthenticationFailed(why)
        _note_use(token, request)
        enter_by(Door.TOKEN, token.name)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return KEYWORD


class HasScope(BasePermission):
    """A key opens what its scopes name; a session opens all that its person may do."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises ScopeMissing, which names what is missing."""
        token = request.auth
        if not isinstance(token, ApiToken):
            return True
        missing = [scope for scope in needed(view, str(request.method)) if not token.opens(scope)]
        if missing:
            raise ScopeMissing(missing)
        return True


class ScopeMissing(exceptions.PermissionDenied):
    """A key without the scopes that a view asks for (403)."""

    def __init__(self, missing: list[str]) -> None:
        self.scopes = missing
        named = " ".join(missing)
        super().__init__(_("Cette clé n’a pas la portée « %(scopes)s ».") % {"scopes": named})


def needed(view: APIView, method: str) -> list[str]:
    """The scopes that a method of a view asks of a key: a manner and an area."""
    manner = TokenScope.READ if method in SAFE_METHODS else TokenScope.WRITE
    return [manner.value, area_of(view)]


def area_of(view: APIView) -> str:
    """The area of a view, by its app. A view of no known app names a scope that no key has."""
    first, _dot, rest = type(view).__module__.partition(".")
    nested = rest.partition(".")[0]  # an app within an app has an area of its own
    app = nested if nested in AREAS else first
    return str(AREAS.get(app, f"none:{app}"))


def _key(words: list[bytes]) -> ApiToken | None:
    try:
        return ApiToken.objects.of(words[0].decode()) if len(words) == 1 else None
    except UnicodeDecodeError:
        return None


def _closed(token: ApiToken | None) -> str:
    """Why this key opens nothing; empty when it does."""
    if token is None:
        return _("Cette clé n’existe pas.")
    state = token.state(timezone.now())
    if state == "revoked":
        return _("Cette clé a été révoquée.")
    if state == "expired":
        day = date_format(timezone.localtime(token.expires_at), "d/m/Y")
        return _("Cette clé a expiré le %(day)s.") % {"day": day}
    return "" if token.user.is_active else _("Le compte de cette clé est fermé.")


def _note_use(token: ApiToken, request: Request) -> None:
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        address = client_address(request.META, settings.TRUSTED_PROXIES)
        mine = ApiToken.objects.filter(due, pk=token.pk)
        mine.update(last_used_at=now, last_used_from=address)
