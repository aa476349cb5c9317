"""The pages about how one signs in: allauth's views at our addresses, and three of our own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account import views as account
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from schools.actions.close_sessions import close_other_sessions
from schools.models import Session, User
from schools.second_factor import has_factor, must_have_factor
from schools.sign_in.browsers import device_words
from schools.sign_in.security import security_of
from schools.sign_in.words import SAID

THEN = "preau_then"
"""In the session: where the person was going when a second factor was asked for."""


def person_of(request: HttpRequest) -> User:
    """The person, whom ``login_required`` has made sure of."""
    assert isinstance(request.user, User)
    return request.user


@require_GET
@login_required
@never_cache
def factors(request: HttpRequest) -> HttpResponse:
    """GET `/mon-compte/facteurs/`: what proves a second time who one is."""
    context = {
        "security": security_of(request),
        "must": must_have_factor(person_of(request)),
        "crumbs": _crumbs(_("Second facteur")),
    }
    return render(request, "mfa/index.html", context)


@require_GET
@login_required
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """GET `/entrer/second-facteur/`: choose one, because a role demands it."""
    person = person_of(request)
    if has_factor(person) or not must_have_factor(person):
        return redirect("mfa_index")
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        request.session[THEN] = asked
    return render(request, "auth/second_factor.html")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """GET and POST `/mon-compte/sessions/`: where one is signed in; close the others."""
    person, key = person_of(request), request.session.session_key
    if request.method == "POST":
        ended = close_other_sessions(person, key)
        said = ngettext("%(n)d session fermée.", "%(n)d sessions fermées.", ended) % {"n": ended}
        messages.success(request, said if ended else _("Il n’y avait pas d’autre session."))
        return redirect("sessions")
    rows = Session.sessions.of(person)[:50]
    context = {
        "rows": [(row, device_words(row.device), row.session_key == key) for row in rows],
        "crumbs": _crumbs(_("Sessions")),
    }
    return render(request, "auth/sessions.html", context)


class SecondStep(base.AuthenticateView):
    """`/entrer/code/`: after the password, what the person enrolled."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer what the person has, and nothing else."""
        types = Authenticator.objects.filter(user=self.stage.login.user).values_list("type")
        own = {one for (one,) in types}
        return {
            **super().get_context_data(**kwargs),
            "has_application": Authenticator.Type.TOTP in own,
            "has_key": Authenticator.Type.WEBAUTHN in own,
        }


class ChangePassword(account.PasswordChangeView):
    """`/mon-compte/mot-de-passe/`: the old one, the new one; the other sessions end."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, and close what was open elsewhere."""
        response: HttpResponse = super().form_valid(form)
        close_other_sessions(person_of(self.request), self.request.session.session_key)
        return response


class SetPassword(account.PasswordSetView):
    """`/mon-compte/mot-de-passe/choisir/`: for an account that has none yet."""

    def get_default_success_url(self) -> str:
        """Back to the account page."""
        return reverse("schools:account")


class NewPassword(account.PasswordResetFromKeyView):
    """`/mot-de-passe/<clé>/`: the link of the message; every session ends."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it, and close what was open anywhere."""
        response: HttpResponse = super().form_valid(form)
        close_other_sessions(self.reset_user, None)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A link that is over is a page that is not there any more."""
        status = 404 if context.get("token_fail") else 200
        response: HttpResponse = super().render_to_response(context, status=status, **kwargs)
        return response


class ConfirmAddress(account.ConfirmEmailView):
    """`/adresse/<clé>/`: the link sent to a new address."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change it, unless the register has given it to somebody else since the link was sent."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().post(*args, **kwargs)
        except IntegrityError:
            messages.error(
                self.request, str(SAID["account/messages/email_confirmation_failed.txt"])
            )
            return redirect("schools:account")
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A link that is over is a page that is not there any more."""
        status = 200 if context.get("confirmation") else 404
        response: HttpResponse = super().render_to_response(context, status=status, **kwargs)
        return response


class ChangeAddress(account.EmailView):
    """`/mon-compte/adresse/`: the new one counts once it is confirmed."""

    success_url = reverse_lazy("account_email")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The address of the register is the confirmed one that allauth starts from."""
        if isinstance(request.user, User):
            sync_user_email_address(request.user)
            EmailAddress.objects.filter(user=request.user, email=request.user.email).update(
                verified=True, primary=True
            )
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@method_decorator(login_required, name="dispatch")
class ActivateTotp(totp.ActivateTOTPView):
    """`/mon-compte/facteurs/application/`."""


@method_decorator(login_required, name="dispatch")
class AddKey(keys.AddWebAuthnView):
    """`/mon-compte/facteurs/cles/ajouter/`."""


@method_decorator(login_required, name="dispatch")
class RemoveKey(keys.RemoveWebAuthnView):
    """`/mon-compte/facteurs/cles/<pk>/retirer/`."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Somebody else's key is not there, before anything is asked."""
        get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@method_decorator(login_required, name="dispatch")
class NameKey(keys.EditWebAuthnView):
    """`/mon-compte/facteurs/cles/<pk>/nommer/`."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Likewise."""
        get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(recovery.ViewRecoveryCodesView):
    """`/mon-compte/facteurs/codes/`: shown once, to print or to keep as a file."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The codes as a file too: the page that shows them is the only one that has them."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        if found["can_view_codes"]:
            lines = [_("Préau, codes de secours. Chacun sert une fois."), *found["unused_codes"]]
            found["file"] = "data:text/plain;charset=utf-8," + quote("\r\n".join(lines) + "\r\n")
        found["then"] = self.request.session.get(THEN) or reverse("schools:account")
        return found


class Linked(social.ConnectionsView):
    """`/mon-compte/identite/`: unlink; linking begins at the account page."""

    success_url = reverse_lazy("schools:account")


def _crumbs(last: str) -> list[tuple[str, str | None]]:
    return [(_("Mon compte"), reverse("schools:account")), (last, None)]
