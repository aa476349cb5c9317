"""How an accepted invitation ends: signed in, in the person's language, on their first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.models import User
from schools.sign_in.invitation import begin_session


def finish_invitation(request: HttpRequest, person: User) -> HttpResponse:
    """Sign the person in, unless they are, and lead them to the first page of their menu."""
    if request.user.is_authenticated and request.user.pk == person.pk:
        return redirect("home")
    return begin_session(request, person)
