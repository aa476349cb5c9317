"""An invitation at the door: how whoever accepts one begins to be signed in.

The page of the invitation (``schools/people/accept_pages.py``) knows what is offered and to whom.
Here stands what belongs to signing in: the session that follows, by the rules of the house
(language, second factor where the role demands one, lengths), and the way through the identity
provider, for a person who wants no password.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse

from schools.actions.accept_invitation import (
    AnotherPerson,
    InvitationClosed,
    NewAccount,
    accept_invitation,
)
from schools.invitation_links import digest_of
from schools.models import Invitation, User

INVITED = "preau_invited"
"""In the session: the digest of the invitation that is open in this browser."""


def begin_session(request: HttpRequest, person: User) -> HttpResponse:
    """Sign in whoever has just chosen a password on the page of their invitation."""
    request.session.pop(INVITED, None)
    record_authentication(request, person, method="password", email=person.email)
    answer: HttpResponse = perform_login(request, Login(user=person, email=person.email))
    return answer


def offer_provider(request: HttpRequest, token: str) -> dict[str, Any] | None:
    """The provider's door for the open invitation; None where none is set up."""
    from schools.sign_in.security import provider_door  # noqa: PLC0415  # needs allauth's adapters

    request.session[INVITED] = digest_of(token)
    return provider_door(request)


def accept_through_provider(request: HttpRequest) -> User | None:
    """Accept the invitation open in this browser for whom the provider has just named.

    None when there is none, when it is over, or when it addresses an account that exists already.
    """
    digest = request.session.pop(INVITED, None)
    if not digest:
        return None
    invitation = Invitation.objects.filter(digest=digest).first()
    if invitation is None:
        return None
    account = NewAccount(invitation.full_name, invitation.language, password=None)
    try:
        return accept_invitation(digest, account=account)
    except (InvitationClosed, AnotherPerson):
        return None
