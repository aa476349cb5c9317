"""Whom a provider's identity opens: a person whom the register knows, by subject, or not yet."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from schools.models import User
from schools.sign_in.invitation import accept_through_provider

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Nobody registers through a provider either."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy(
            "Choisissez d’abord un mot de passe : sans lui, vous ne pourriez plus vous connecter."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose it is at a first sign-in. Raises ImmediateHttpResponse where nobody's."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT or sociallogin.is_existing:
            return
        person = self._known(request, sociallogin)
        if person is None:
            page = render(request, "socialaccount/unknown_person.html", status=403)
            raise ImmediateHttpResponse(page)
        try:
            with transaction.atomic():
                sociallogin.connect(request, person)
        except IntegrityError:  # the same person, from a second tab, was first
            sociallogin.lookup()
        language = sociallogin.account.extra_data.get("language")
        if language and person.last_login is None:
            person.language = language
            person.save(update_fields=["language"])

    def _known(self, request: HttpRequest, sociallogin: SocialLogin) -> User | None:
        """By invitation, else by an address that the provider has checked.

        Only a sign-in that began on the page of the invitation is for the invited person: the next
        one at a shared computer is not.
        """
        begun = sociallogin.state.get("data") or {}
        person = accept_through_provider(request) if begun.get("invited") else None
        provider = sociallogin.account.get_provider(request)
        mail = sociallogin.account.extra_data.get("mail")
        if person is None and mail and provider.app.settings["trust_mail"]:
            person = User.objects.filter(email=mail, is_active=True).first()
        if person is None:
            return None
        linked = SocialAccount.objects.filter(user=person, provider=sociallogin.account.provider)
        if linked.exists():
            log.warning(
                "a second subject of the provider claims the address of person %s", person.pk
            )
            return None
        return person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """The reason is for the operator: the person only reads what to do."""
        if exception is not None:
            log.warning("sign-in through %s failed: %s", provider.name, exception)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the account page."""
        return reverse("schools:account")
