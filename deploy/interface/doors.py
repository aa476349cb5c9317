"""Coming in and going out: sign-in, sign-out, and the page each kind of person starts on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from deploy.interface.context import shell_for
from deploy.lab.accounts import DEMO_ACCOUNTS, DemoAccount
from schools.models import User


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
    authentication_form = AuthenticationForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the demo accounts where there are any."""
        return super().get_context_data(
            demo_accounts=demo_accounts(), next=self.get_redirect_url(), **kwargs
        )

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in and remember the person's language on this device."""
        response = super().form_valid(form)
        language = getattr(form.get_user(), "language", "")
        if language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=self.request.is_secure(),
            )
        return response


class SignOut(LogoutView):
    """POST `/sortir/`."""

    next_page = "sign-in"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """GET `/`: the first page of the person's menu, or a page that says there is none."""
    shell = shell_for(request.user)
    entries = [*shell.bar, *(entry for section in shell.sections for entry in section.entries)]
    for entry in entries:
        if entry.url != request.path:
            return HttpResponseRedirect(entry.url)
    return render(request, "nothing_yet.html")
