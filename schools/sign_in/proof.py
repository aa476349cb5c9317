"""What this browser has proved: kept in its session, so that it is asked once."""

from __future__ import annotations

from django.http import HttpRequest

FACTOR = "preau_second_factor"
"""In the session: how the second factor was seen (``own`` or ``provider``)."""
PROVIDER_FACTOR = "preau_provider_factor"
"""In the session until the sign-in is complete: the provider said that it saw one."""


def provider_says(request: HttpRequest, proved: bool) -> None:
    """Remember what the provider's ``acr`` or ``amr`` said about this sign-in."""
    request.session[PROVIDER_FACTOR] = proved


def provider_proved(request: HttpRequest) -> bool:
    """Whether the provider saw a second factor at this sign-in."""
    return bool(request.session.get(PROVIDER_FACTOR))


def factor_seen(request: HttpRequest) -> bool:
    """Whether nothing more is to be asked of this session."""
    return FACTOR in request.session


def remember_factor(request: HttpRequest, how: str) -> None:
    """Do not look again in this session; whoever resets factors closes the sessions too."""
    request.session[FACTOR] = how
