"""Coming in and going out: sign-in, sign-out, and the page each kind of person starts on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from deploy.interface.context import shell_for
from deploy.lab.accounts import DEMO_ACCOUNTS, DemoAccount
from schools.models import User
from schools.sign_in.security import provider_door


def demo_accounts() -> list[DemoAccount]:
    """The invented people one may sign in as; none outside a demo, none that was not loaded."""
    if not settings.PREAU_LAB:
        return []
    present = set(
        User.objects.filter(
            email__in=[account.email for account in DEMO_ACCOUNTS], is_active=True
        ).values_list("email", flat=True)
    )
    return [account for account in DEMO_ACCOUNTS if account.email in present]


class SignIn(LoginView):
    """GET and POST `/entrer/`; afterwards the interface speaks the person's language."""

    template_name = "auth/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the demo accounts where there are any, and the identity provider."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **found,
            "demo_accounts": demo_accounts(),
            "next": self.get_next_url() or "",
            "provider": provider_door(self.request),
        }


class SignOut(LogoutView):
    """POST `/sortir/`."""

    http_method_names = ["post"]


def admin_door(request: HttpRequest) -> HttpResponse:
    """GET `/admin/login/`: the one door of the house, with its limits and second factors."""
    where = reverse("sign-in")
    if getattr(request.user, "is_staff", False):
        return HttpResponseRedirect(reverse("admin:index"))
    if request.user.is_authenticated:  # another account is needed
        raise PermissionDenied(_("Votre compte n’ouvre pas l’administration."))
    asked = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
    return HttpResponseRedirect(f"{where}?{urlencode({REDIRECT_FIELD_NAME: asked})}")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """GET `/`: the first page of the person's menu, or a page that says there is none."""
    shell = shell_for(request.user)
    entries = [*shell.bar, *(entry for section in shell.sections for entry in section.entries)]
    for entry in entries:
        if entry.url != request.path:
            return HttpResponseRedirect(entry.url)
    return render(request, "nothing_yet.html")
