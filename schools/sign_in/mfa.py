"""Second factors: their secrets sealed, their words ours, the provider's own factor honoured."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.sign_in.proof import provider_proved


class FactorAdapter(DefaultMFAAdapter):
    """The seeds of codes stand encrypted in the database, like every secret of the house."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal with FIELD_KEY."""
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what :meth:`encrypt` sealed. Raises InvalidToken with another key."""
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A first name for a key; the person may give a better one."""
        n = Authenticator.objects.filter(user=user, type=type).count()
        return _("Clé %(n)d") % {"n": n + 1}

    def _get_site_name(self) -> str:
        return "Préau"


class SecondFactorStage(AuthenticateStage):
    """Ask for the second factor, unless the provider has just proved one (OIDC_SECOND_FACTOR)."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person = self.login.user
        if person is not None and provider_proved(request, person):
            return False
        return bool(super()._should_handle(request))
