"""Our OpenID Connect provider: allauth's, with what a public administration adds.

A nonce (allauth sends none), the signature checked even over TLS, the issuer held to the one that
is configured, three claims kept and no other, and a provider that is down answered with a page.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.internal.deferred import jwt
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess, ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from schools.sign_in.claims import Claims, Names, read_claims
from schools.sign_in.proof import provider_says

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures of a public key: none, and none with our own secret."""
LINK_SALT, LINK_LIFE_S = "preau.link-provider", 600


class Adapter(OpenIDConnectOAuth2Adapter):
    """One exchange with the provider."""

    nonce = ""
    """What the ID token must repeat."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself. Raises ProviderException for another's."""
        with _understood():
            config: dict[str, Any] = super().openid_config
            wanted = self.get_provider().app.settings["server_url"].rstrip("/")
            said = str(config["issuer"]).rstrip("/")
        if said != wanted:
            raise ProviderException(f"the provider calls itself {said}, not {wanted}")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who it is, or ProviderException with the reason, for the operator's log."""
        provider = self.get_provider()
        with _understood():
            id_token = self._decode_id_token(app, kwargs["response"]["id_token"])
            if not self.nonce or not secrets.compare_digest(
                str(id_token.get("nonce", "")), self.nonce
            ):
                raise ProviderException("the ID token answers another request (nonce)")
            userinfo = {}
            if "userinfo_endpoint" in self.openid_config:
                userinfo = self._fetch_user_info(token.token)
            claims = read_claims(id_token, userinfo, provider.names)
        provider_says(request, provider.extract_uid(claims), claims.second_factor)
        login: SocialLogin = provider.sociallogin_from_response(request, claims)
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The token's claims, its signature checked although it came over TLS."""
        if jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
            raise ProviderException("the ID token is not signed with a public key")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


class Provider(OpenIDConnectProvider):
    """The one provider of the settings."""

    oauth2_adapter_class = Adapter

    @property
    def names(self) -> Names:
        """What it calls its claims."""
        told = self.app.settings
        return Names(
            told["subject_claim"],
            told["mail_claim"],
            told["language_claim"],
            tuple(told["second_factor"]),
        )

    def redirect(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the person to the provider, with a nonce; a page where it does not answer."""
        nonce = secrets.token_urlsafe(24)
        kwargs["auth_params"] = {**(kwargs.get("auth_params") or {}), "nonce": nonce}
        answer: HttpResponse
        try:
            with _understood():
                answer = super().redirect(request, *args, nonce=nonce, **kwargs)
        except (ProviderException, OAuth2Error, requests.RequestException) as problem:
            answer = render_authentication_error(request, self, exception=problem)
        return answer

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Remember in the state whether this began on the page of an invitation."""
        told: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return {**told, "data": {"invited": "invitation" in request.GET}}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ours alone: an address typed by a stranger must not ask for more claims."""
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Ours alone, likewise."""
        return dict(self.get_auth_params())

    def extract_uid(self, data: Claims) -> str:
        """The subject, and whose: another provider may name another person the same."""
        issuer = self.app.settings["server_url"].removeprefix("https://").removeprefix("http://")
        return f"{issuer}#{data.subject}"

    def extract_extra_data(self, data: Claims) -> dict[str, str]:
        """The whole of what is stored beside the subject."""
        return {"mail": data.mail, "language": data.language}

    def extract_common_fields(self, data: Claims) -> dict[str, str]:
        """The address alone: the register knows the name."""
        return {"email": data.mail}

    def extract_email_addresses(self, data: Claims) -> list[Any]:
        """None: an address of ours is confirmed by us."""
        return []


class CallbackView(OAuth2CallbackView):
    """The way back: the state knows the nonce."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = str(state.get("nonce") or "")
        return state, response


@login_not_required  # type: ignore[untyped-decorator]
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET `/entrer/fournisseur/<id>/`: to the provider.

    Signing in may be begun from anywhere. Linking an identity to one's account may not: a page of
    somebody else could link theirs to it. It needs the signed link of the account page.
    """
    if request.GET.get("process") == AuthProcess.CONNECT:
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
        _require_own_link(request)
    view = OAuth2LoginView.adapter_view(Adapter(request, provider_id))
    return _answer(view, request)


@login_not_required  # type: ignore[untyped-decorator]
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET `/entrer/fournisseur/<id>/retour/`: the provider sends the person back."""
    view = CallbackView.adapter_view(Adapter(request, provider_id))
    return _answer(view, request)


def link_token(request: HttpRequest) -> str:
    """What the account page adds to its link, good for ten minutes and this session alone."""
    return signing.dumps(request.session.session_key, salt=LINK_SALT)


def _require_own_link(request: HttpRequest) -> None:
    try:
        told = signing.loads(request.GET.get("jeton", ""), salt=LINK_SALT, max_age=LINK_LIFE_S)
    except signing.BadSignature:
        told = None
    if told is None or told != request.session.session_key:
        raise PermissionDenied(_("Ce lien ne vaut plus. Recommencez depuis « Mon compte »."))


def _answer(view: Any, request: HttpRequest) -> HttpResponse:
    try:
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


@contextmanager
def _understood() -> Iterator[None]:
    """An answer that is no OpenID answer is the provider's fault, not ours."""
    try:
        yield
    except (KeyError, TypeError, ValueError, jwt.PyJWTError) as problem:
        raise ProviderException(str(problem) or type(problem).__name__) from problem
