"""Rights in common: the PO opens and closes, each head takes part or leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.rights import AUTHORITY, HEAD
from inventory.grants.actions.rights.pools import (
    close_pool,
    consent_to_pool,
    leave_pool,
    open_pool,
)
from inventory.grants.models.rights.pools import Pool, PoolConsent
from inventory.grants.models.rights.programmes import Programme
from schools.models import Authority, School
from schools.models.scope import scope_of
from schools.views.doors import user_of

SHOWN = 100


@require_GET
@login_required
def pools(request: HttpRequest) -> HttpResponse:
    """GET `/droits/en-commun/`."""
    user, today = user_of(request), timezone.localdate()
    mine = scope_of(user, HEAD).schools
    consents = PoolConsent.objects.select_related("school").order_by("school__name", "pk")
    rows = (
        Pool.objects.visible_to(user)
        .select_related("authority", "programme")
        .prefetch_related(Prefetch("consents", queryset=consents))
    )[:SHOWN]
    context: dict[str, Any] = {
        "menu": "my_right" if not scope_of(user).region else "rights",
        "crumbs": [
            (_("Droit de tirage"), reverse("grants:my_right")),
            (_("Mises en commun"), None),
        ],
        "rows": [_told(pool, mine, scope_of(user, AUTHORITY).authorities) for pool in rows],
        "authorities": Authority.objects.filter(pk__in=scope_of(user, AUTHORITY).authorities),
        "programmes": Programme.objects.adopted(),
        "today": today,
    }
    return render(request, "grants/rights/pools.html", context)


def _told(pool: Pool, schools: frozenset[int], authorities: frozenset[int]) -> dict[str, Any]:
    consents = list(pool.consents.all())
    live = {one.school_id: one for one in consents if one.withdrawn_on is None}
    own = School.objects.filter(pk__in=schools, authority=pool.authority_id)
    return {
        "pool": pool,
        "consents": consents,
        "to_join": [s for s in own if s.pk not in live] if pool.closed_on is None else [],
        "to_leave": [one for key, one in live.items() if key in schools],
        "may_close": pool.authority_id in authorities and pool.closed_on is None,
    }


@require_POST
@login_required
def open_one(request: HttpRequest) -> HttpResponse:
    """POST `/droits/en-commun/ouvrir/`."""
    user = user_of(request)
    seen = Authority.objects.visible_to(user)
    authority = get_object_or_404(seen, pk=_key(request, "po"))
    programme = get_object_or_404(Programme.objects.visible_to(user), pk=_key(request, "programme"))
    try:
        open_pool(user, authority, programme, request.POST.get("acte", ""), timezone.localdate())
        messages.success(request, _("Ouverte. Chaque direction peut maintenant y prendre part."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:pools")


def _key(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else 0


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/en-commun/<id>/`: take part, leave, close."""
    user, today = user_of(request), timezone.localdate()
    pool = get_object_or_404(
        Pool.objects.visible_to(user).select_related("authority", "programme"), pk=pk
    )
    why = request.POST.get("motif", "")
    try:
        if request.POST.get("geste") == "fermer":
            close_pool(user, pool, why, today)
        else:
            school = get_object_or_404(School.objects.visible_to(user), pk=_key(request, "ecole"))
            consent = pool.consents.filter(school=school, withdrawn_on=None).first()
            if request.POST.get("geste") == "quitter" and consent is not None:
                leave_pool(user, consent, why, today)
            else:
                consent_to_pool(user, pool, school, today)
        messages.success(request, _("C’est enregistré."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:pools")


urlpatterns: list[URLPattern] = [
    path("droits/en-commun/", pools, name="pools"),
    path("droits/en-commun/ouvrir/", open_one, name="pool_open"),
    path("droits/en-commun/<int:pk>/", act, name="pool_act"),
]
