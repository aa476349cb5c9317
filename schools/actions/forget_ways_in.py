"""End every way in of an account: keys, sessions; and forget what only served to come in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from schools.models import ApiToken, Session, User


def end_ways_in(person: User) -> None:
    """No key and no open session works any more; both stay known. Call it in a transaction."""
    ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=timezone.now())
    Session.sessions.of(person).delete()


def forget_ways_in(person: User) -> None:
    """As :func:`end_ways_in`; factors, confirmed addresses and the provider's subject go too."""
    end_ways_in(person)
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=person).delete()
