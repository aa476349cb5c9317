"""What every view of the register begins with."""

from __future__ import annotations

from django.http import HttpRequest

from schools.models import User


def user_of(request: HttpRequest) -> User:
    """The person, whom ``login_required`` has made sure of."""
    assert isinstance(request.user, User)
    return request.user
