"""One's own access keys: made, shown once, listed, revoked."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from schools.actions.make_token import TokenRefused, make_token
from schools.actions.revoke_token import revoke_token
from schools.forms.account import KeyForm
from schools.models import ApiToken, TokenScope
from schools.views.doors import user_of


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """GET and POST `/mon-compte/cles/`. The answer to the POST is the only one that shows it."""
    form = KeyForm(request.POST or None, initial={"request_key": uuid.uuid4()})
    made, text = _make(request, form) if request.method == "POST" else (None, "")
    if made and not text:
        messages.info(request, _("Cette clé existe déjà : elle n’a été montrée qu’une fois."))
        return redirect("schools:keys")
    if made:
        form = KeyForm(initial={"request_key": uuid.uuid4()})
    now = timezone.now()
    mine = ApiToken.objects.visible_to(user_of(request))
    context = {
        "crumbs": [(_("Mon compte"), reverse("schools:account")), (_("Mes clés d’accès"), None)],
        "form": form,
        "made": made,
        "text": text,
        "keys": [(key, key.state(now), _scopes(key)) for key in mine],
    }
    return render(request, "schools/keys.html", context)


def _make(request: HttpRequest, form: KeyForm) -> tuple[ApiToken | None, str]:
    if not form.is_valid():
        return None, ""
    user = user_of(request)
    try:
        return make_token(
            user,
            form.cleaned_data["name"],
            form.scopes(),
            expires_at=form.expires_at(),
            by=user,
            request_key=form.cleaned_data["request_key"],
        )
    except TokenRefused as error:
        form.add_error(None, str(error))
        return None, ""


def _scopes(key: ApiToken) -> list[str]:
    return [str(TokenScope(scope).label) for scope in key.scopes]


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's key at once; the page has named the consequence."""
    user = user_of(request)
    key = get_object_or_404(ApiToken.objects.visible_to(user), pk=pk)
    if revoke_token(user, key):
        messages.success(request, _("Clé révoquée : elle n’ouvre plus rien."))
    else:
        messages.info(request, _("Cette clé était déjà révoquée."))
    return redirect("schools:keys")
