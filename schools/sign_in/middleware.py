"""Between a request and its page: how long sessions live, and second factors that are owed."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from schools.models import Session, User
from schools.second_factor import has_factor, must_have_factor
from schools.sign_in.proof import factor_seen, provider_proved, remember_factor
from schools.sign_in.sessions import SessionStore, client_of

TOUCH = dt.timedelta(minutes=1)
"""The time last seen is written no more often: a row per minute and browser, not per request."""
OPEN_WITHOUT_FACTOR = frozenset(
    {
        # the way to a second factor, and the way out
        "second-factor",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
        "sign-out",
        "set_language",
        "live",
        "metrics",
    }
)


class SessionMiddleware(MiddlewareMixin):
    """Note who is at the other end, and when they last did something."""

    def process_request(self, request: HttpRequest) -> None:
        """Tell the session where it is used, in case it begins now."""
        store = request.session
        if isinstance(store, SessionStore):
            store.client = client_of(request)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Push the idle end of the session back, once a minute, when a person did something."""
        row = getattr(getattr(request, "session", None), "row", None)
        now = timezone.now()
        if (
            isinstance(row, Session)
            and row.user_id
            and request.session.session_key == row.session_key
            and now - row.seen_at >= TOUCH
            and is_activity(request)
        ):
            Session.sessions.filter(pk=row.pk).update(
                seen_at=now, expire_date=row.end_after(now), address=client_of(request).address
            )
        return response


def is_activity(request: HttpRequest) -> bool:
    """A person did it. What an open page asks for by itself keeps nobody signed in."""
    if request.method not in {"GET", "HEAD"}:
        return True
    by_itself = "X-Preau-Live" in request.headers or "HX-Request" in request.headers
    return not by_itself and request.path != reverse("live")


class SecondFactorMiddleware(MiddlewareMixin):
    """Whoever must have a second factor and has none is led to one before anything else opens."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """None to go on; else the way to a second factor, in the shape the asker understands."""
        person = getattr(request, "user", None)
        if not isinstance(person, User) or factor_seen(request) or not must_have_factor(person):
            return None
        if provider_proved(request, person):
            remember_factor(request, "provider")
            return None
        if has_factor(person):
            remember_factor(request, "own")
            return None
        if _name_of(request) in OPEN_WITHOUT_FACTOR:
            return None
        return _led(request)


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _led(request: HttpRequest) -> HttpResponseBase:
    """To the page where a second factor is chosen."""
    where = reverse("second-factor")
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {
                "type": "about:blank",
                "title": _("Second facteur attendu"),
                "status": int(HTTPStatus.FORBIDDEN),
                "detail": _("Votre rôle demande un second facteur et votre compte n’en a pas."),
                "how": _("Ouvrez le site et choisissez une application de codes ou une clé."),
            },
            status=HTTPStatus.FORBIDDEN,
            content_type="application/problem+json",
        )
    if "HX-Request" in request.headers:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": where})
    if request.method == "GET":
        where += "?" + urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return redirect(where)
