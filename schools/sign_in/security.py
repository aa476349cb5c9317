"""How one's account is protected, for the account page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from schools.models import Session, User
from schools.sign_in.oidc import link_token


@dataclass(frozen=True, slots=True)
class Security:
    """What a person has to prove who they are, and where they are signed in."""

    has_password: bool
    application: Authenticator | None
    keys: list[Authenticator]
    codes_left: int | None
    sessions: int
    provider: str
    linked: SocialAccount | None
    link_url: str

    @property
    def factors(self) -> int:
        """Second factors in all."""
        return len(self.keys) + bool(self.application)


def security_of(request: HttpRequest) -> Security:
    """Everything about the person who asks."""
    person = request.user
    assert isinstance(person, User)
    own = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    codes = next((a for a in own if a.type == Authenticator.Type.RECOVERY_CODES), None)
    provider = _provider(request)
    linked = provider and SocialAccount.objects.filter(user=person, provider=provider.sub_id)
    return Security(
        has_password=person.has_usable_password(),
        application=next((a for a in own if a.type == Authenticator.Type.TOTP), None),
        keys=[a for a in own if a.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(RecoveryCodes(codes).get_unused_codes()) if codes else None,
        sessions=Session.sessions.of(person).count(),
        provider=provider.name if provider else "",
        linked=linked.first() if linked else None,
        link_url=provider.get_login_url(request, process="connect", jeton=link_token(request))
        if provider
        else "",
    )


def _provider(request: HttpRequest) -> Any:
    """The identity provider of the settings, or None."""
    return next(iter(get_adapter().list_providers(request)), None)


def provider_door(request: HttpRequest) -> dict[str, str]:
    """The button of the sign-in page: its name and address; empty where there is no provider."""
    provider = _provider(request)
    if provider is None:
        return {}
    return {"name": provider.name, "url": provider.get_login_url(request)}
