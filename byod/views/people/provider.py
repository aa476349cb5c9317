"""In by the school's identity provider; and its settings, by the head of the school."""

from __future__ import annotations

import logging

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from byod.access.people.members import can_write_charter
from byod.actions.people.provider import (
    ProviderFailed,
    begin,
    claims_of,
    enter_by_provider,
    failed_words,
    set_provider,
)
from byod.models.people.providers import SchoolProvider
from byod.views.people.mine_enter import come_in
from inventory.access import require
from schools.models import School
from schools.views.doors import user_of

COOKIE, SALT, LIFE_S = "moi-ecole", "byod.school-provider", 600
log = logging.getLogger(__name__)


def _back() -> str:
    return f"{settings.PREAU_URL}{reverse('byod:provider_back')}"


@never_cache
@require_GET
def leave_for(request: HttpRequest, school: int) -> HttpResponse:
    """GET `/moi/ecole/<school>/`: to the provider of that school."""
    provider = get_object_or_404(SchoolProvider, school=school, active=True)
    try:
        begun = begin(provider, _back())
    except ProviderFailed as failed:
        return _failed(request, provider, failed)
    answer = HttpResponseRedirect(begun.address)
    answer.set_cookie(
        COOKIE,
        signing.dumps({"school": school, **begun.kept}, salt=SALT),
        max_age=LIFE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """GET `/moi/ecole/retour/`: with what the provider says, to the browser that asked."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFE_S)
    except signing.BadSignature:
        return HttpResponseRedirect(reverse("byod:mine_door"))
    provider = get_object_or_404(SchoolProvider, school=kept["school"], active=True)
    try:
        if not constant_time_compare(request.GET.get("state", ""), kept["state"]):
            raise ProviderFailed("another state")
        code = request.GET.get("code", "")
        if not code:
            raise ProviderFailed(f"refused: {request.GET.get('error', '')[:60]}")
        claims = claims_of(provider, code, kept, _back())
        secret = enter_by_provider(provider, claims, timezone.now())
    except ProviderFailed as failed:
        return _failed(request, provider, failed)
    answer = come_in(secret)
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _failed(request: HttpRequest, provider: SchoolProvider, failed: Exception) -> HttpResponse:
    log.warning("Identity provider of school %s: %s", provider.school_id, failed)
    context = {"why": failed_words()}
    answer = render(request, "byod/people/door.html", context, status=422)
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


class ProviderForm(forms.Form):
    """One OpenID Connect provider."""

    name = forms.CharField(
        label=gettext_lazy("Nom du bouton"),
        max_length=60,
        help_text=gettext_lazy("Par exemple l’ENT de l’école."),
    )
    issuer = forms.URLField(
        label=gettext_lazy("Adresse de l’émetteur"), max_length=300, assume_scheme="https"
    )
    client_id = forms.CharField(label=gettext_lazy("Identifiant du client"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("Secret du client"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Laissez vide pour garder celui d’avant."),
    )
    number_claim = forms.CharField(
        label=gettext_lazy("Attribut du matricule"),
        max_length=60,
        initial="sub",
        help_text=gettext_lazy("Le même numéro que dans vos listes de classe, si possible."),
    )
    teacher_claim = forms.CharField(
        label=gettext_lazy("Attribut de la qualité"), max_length=60, required=False
    )
    active = forms.BooleanField(label=gettext_lazy("Actif"), required=False, initial=True)

    def clean_issuer(self) -> str:
        """TLS, but for a provider on this machine."""
        issuer = str(self.cleaned_data["issuer"])
        if not issuer.startswith(("https://", "http://127.0.0.1")):
            raise forms.ValidationError(_("L’adresse commence par https://."))
        return issuer


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@login_required
def provider(request: HttpRequest, school: int) -> HttpResponse:
    """GET and POST `/inscrits/fournisseur/<school>/`."""
    user = user_of(request)
    row = get_object_or_404(School.objects.visible_to(user), pk=school)
    require(can_write_charter(user, row))
    known = SchoolProvider.objects.filter(school=row).first()
    fields = ("name", "issuer", "client_id", "number_claim", "teacher_claim", "active")
    initial = {name: getattr(known, name) for name in fields} if known else None
    form = ProviderForm(request.POST or None, initial=initial)
    if form.is_valid():
        set_provider(user, row, form.cleaned_data)
        messages.success(request, _("Le fournisseur d’identité est réglé."))
        return HttpResponseRedirect(request.path)
    context = {
        "menu": "byod_people",
        "crumbs": [
            (_("Personnes et appareils"), reverse("byod:people_home")),
            (_("Identité"), None),
        ],
        "school": row,
        "form": form,
        "known": known,
        "back": _back(),
        "enter": f"{settings.PREAU_URL}{reverse('byod:provider', args=[row.pk])}",
    }
    status = 422 if form.is_bound else 200
    return render(request, "byod/people/provider.html", context, status=status)
