"""What this browser has proved: kept in its session, so that it is asked once."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from schools.models import User

FACTOR = "preau_second_factor"
"""In the session: how the second factor was seen (``own`` or ``provider``)."""
PROVIDER_FACTOR = "preau_provider_factor"
"""In the session: the identity for which the provider said that it saw a second factor."""


def provider_says(request: HttpRequest, uid: str, proved: bool) -> None:
    """Remember what the provider's ``acr`` or ``amr`` said about that identity."""
    request.session[PROVIDER_FACTOR] = uid if proved else ""


def provider_proved(request: HttpRequest, person: User) -> bool:
    """Whether this person came through the provider, and with a second factor.

    What it said of another identity in the same browser counts for nothing: else somebody's own
    good identity and a stolen password would open an account that has a second factor.
    """
    uid = request.session.get(PROVIDER_FACTOR)
    return bool(uid) and any(
        record["method"] == "socialaccount" and record.get("uid") == uid
        for record in get_authentication_records(request, person)
    )


def factor_seen(request: HttpRequest) -> bool:
    """Whether nothing more is to be asked of this session."""
    return FACTOR in request.session


def remember_factor(request: HttpRequest, how: str) -> None:
    """Do not look again in this session; whoever resets factors closes the sessions too."""
    request.session[FACTOR] = how
