"""What we make of django-allauth: its decisions in our words, its events in the journal."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schools.actions.audit import record_action
from schools.actions.write_down_sign_in import write_down_event
from schools.client_address import client_address
from schools.models import User
from schools.sign_in import attempts
from schools.sign_in.sessions import client_of
from schools.sign_in.words import NOTICES, SAID

log = logging.getLogger(__name__)

UNKNOWN = "0.0.0.0"  # noqa: S104  # nobody listens there: the caller of a Unix socket has no address
YEAR_S = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with an address and a password. Accounts come from the register alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("Ce compte est fermé. Adressez-vous au helpdesk."),
        "email_password_mismatch": gettext_lazy(
            "L’adresse et le mot de passe ne vont pas ensemble. Vérifiez les deux ; les "
            "majuscules comptent dans le mot de passe."
        ),
        "email_taken": gettext_lazy("Cette adresse sert déjà à un compte."),
        "duplicate_email": gettext_lazy("C’est déjà votre adresse."),
        "enter_current_password": gettext_lazy("Ce n’est pas votre mot de passe actuel."),
        "incorrect_password": gettext_lazy("Ce n’est pas votre mot de passe."),
        "incorrect_code": gettext_lazy(
            "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."
        ),
        "invalid_password_reset": gettext_lazy("Ce lien ne vaut plus. Demandez-en un autre."),
        "too_many_login_attempts": gettext_lazy("Trop d’essais. Réessayez plus tard."),
        "rate_limited": gettext_lazy("Trop d’essais. Réessayez plus tard."),
        "same_as_current": gettext_lazy("Choisissez-en un autre que l’actuel."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a person is invited."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: the person has just said who they are."""
        records = get_authentication_records(self.request, _person(self.request))
        recent = timezone.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        if records and records[-1]["at"] > recent:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    # --- attempts -------------------------------------------------------------------------------

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count per account: allauth's own has one per host name that the site answers to."""
        return attempts.password_key(str(credentials.get("email", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt. Raises ValidationError, with the time left, after too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise ValidationError(
                too_many(attempts.seconds_left(request, key)), code="too_many_login_attempts"
            ) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down that an account is locked, once: the attempts that follow never come here."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        locked_s = attempts.seconds_left(request, key, per=("key",))
        if not locked_s:
            return
        person = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if person is None:  # nobody's account: nothing to write it against
            address = self.get_client_ip(request)
            log.warning("sign-in of an unknown account locked, asked from %s", address)
            return
        self.write_down_lock(person, locked_s)

    def write_down_lock(self, person: User, locked_s: int) -> None:
        """A line of the journal: whose account is locked, from where, and for how long."""
        after = {"address": self.get_client_ip(self.request), "minutes": -(-locked_s // 60)}
        record_action(None, "lock_sign_in", person, after=after)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who calls, as the journal says it: one rule for what proxies may be believed."""
        return client_address(request.META, settings.TRUSTED_PROXIES) or UNKNOWN

    # --- signing in and out ---------------------------------------------------------------------

    def get_login_stages(self) -> list[str]:
        """allauth's, with our way of asking for the second factor."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "schools.sign_in.mfa.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, and write down how."""
        methods = [record["method"] for record in get_authentication_records(request, user)]
        # on the way back from a provider allauth has put a fresh store in the place of ours
        request.session.client = client_of(request)  # type: ignore[attr-defined]
        super().login(request, user)
        record_action(user, "sign_in", user, after={"by": methods} if methods else None)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the person's language, on this device."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(request, response, user.language)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and write it down."""
        person = _person(request)
        super().logout(request)
        if person:
            record_action(person, "sign_out", person)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account page."""
        return reverse("schools:account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Back to the account page, or to the door."""
        return reverse("schools:account" if self.request.user.is_authenticated else "sign-in")

    # --- messages and mails ---------------------------------------------------------------------

    def add_message(  # noqa: PLR0917  the signature is allauth's
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words; what has none is not worth a toast."""
        told = message or SAID.get(message_template or "")
        if told:
            messages.add_message(request, level, str(told), extra_tags=extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A change of how the person signs in: the journal first, then the person."""
        write_down_event(template_prefix, user, context or {})
        if template_prefix not in NOTICES:
            return
        about = {
            "what": NOTICES[template_prefix],
            "at": timezone.now(),
            "address": self.get_client_ip(self.request),
        }
        self.send_mail("auth/mail/notice", email or user.email, {**about, "person": user})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the language of the person. A mail server that is down stops no act."""
        person = User.objects.filter(email=email.lower()).first() or context.get("user")
        language = getattr(person, "language", None) or translation.get_language()
        try:
            with translation.override(language):
                super().send_mail(template_prefix, email, {**context, "site_name": "Préau"})
        except (OSError, smtplib.SMTPException):
            log.exception("a mail of kind %s could not be sent", template_prefix)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Say to other machines that no person wrote it: they then send no answer."""
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        return message


def too_many(left_s: int) -> str:
    """Why an attempt is refused, when the next one counts, and the way out."""
    minutes = max(1, -(-left_s // 60))
    wait = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _(
        "Trop d’essais. Réessayez dans %(wait)s, ou choisissez un nouveau mot de passe par "
        "« Mot de passe oublié »."
    ) % {"wait": wait}


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Keep the language on this device, for the pages before the next sign-in."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR_S,
            samesite="Lax",
            secure=request.is_secure(),
        )


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
