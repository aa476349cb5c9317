"""How an accepted invitation ends: signed in, in the person's language, on their first page.

The one place that knows how a session begins after an invitation; the sign-in of the house may
take it over here.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.models import User


def finish_invitation(request: HttpRequest, person: User) -> HttpResponse:
    """Sign the person in, unless they are, and lead them to the first page of their menu."""
    if not (request.user.is_authenticated and request.user.pk == person.pk):
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    response = redirect("home")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        person.language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
