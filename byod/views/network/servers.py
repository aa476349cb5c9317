"""The Region's RADIUS servers: are their files what they should be, which certificates end, which
partners are asked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from byod.access.network.keeping import can_keep_partners, can_read_servers
from byod.actions.network.write_partner import write_partner
from byod.forms.network.partner import PartnerForm
from byod.models.network.realms import Realm
from byod.models.network.upstream import UpstreamRealm
from byod.network_servers import certificates, servers_told
from inventory.access.refusals import require
from schools.keyset import KEY, Column, page_of
from schools.rules import Refused
from schools.views.doors import user_of

KINDS = {
    "root": gettext_lazy("Racine, connue de chaque appareil"),
    "issuer": gettext_lazy("Émettrice des certificats d’appareils"),
    "server": gettext_lazy("Serveur RADIUS"),
    "equipment": gettext_lazy("Autorité des équipements (RadSec)"),
}
SOON_DAYS = {"root": 400, "issuer": 400, "server": 30, "equipment": 30}
"""As the alert PreauCertificateEnds has it."""


def _crumbs(word: str = "") -> list[tuple[str, str | None]]:
    here = reverse("byod:radius_servers")
    return [
        (_("Accès au réseau"), reverse("byod:policies")),
        (_("Serveurs RADIUS"), here if word else None),
        *([(word, None)] if word else []),
    ]


@require_GET
@login_required
def servers(request: HttpRequest) -> HttpResponse:
    """GET `/serveurs-radius/`."""
    user, now = user_of(request), timezone.now()
    require(can_read_servers(user))
    told = servers_told(now)
    ends = [
        (KINDS[one.kind], one, (one.ends_at - now).days < SOON_DAYS[one.kind])
        for one in certificates(told)
    ]
    answer = can_keep_partners(user)
    realms = Realm.objects.select_related("school", "authority")
    rows, after = page_of(realms, (Column("name"), KEY), request.GET.get("apres", ""))
    context = {
        "menu": "policies",
        "crumbs": _crumbs(),
        "servers": told,
        "ends": ends,
        "partners": UpstreamRealm.objects.visible_to(user),
        "may_keep": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "rows": rows,
        "after": after,
    }
    return render(request, "byod/network/servers.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add_partner(request: HttpRequest) -> HttpResponse:
    """GET and POST `/serveurs-radius/partenaires/ajouter/`."""
    require(can_keep_partners(user_of(request)))
    return _form(request, PartnerForm(request.POST or None), None)


@require_http_methods(["GET", "POST"])
@login_required
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/serveurs-radius/partenaires/<id>/`: its secret is never shown."""
    row = get_object_or_404(UpstreamRealm.objects.visible_to(user_of(request)), pk=pk)
    require(can_keep_partners(user_of(request)))
    return _form(request, PartnerForm(request.POST or None, instance=row), row)


def _form(request: HttpRequest, form: PartnerForm, row: UpstreamRealm | None) -> HttpResponse:
    word = row.name if row else _("Nouveau partenaire")
    if request.method == "POST" and form.is_valid():
        secret, key = form.cleaned_data["secret"], row.pk if row else None
        try:
            write_partner(user_of(request), form.values(), secret, pk=key)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = _(
                "Partenaire enregistré\u00a0: les serveurs le suivent dans les minutes à venir."
            )
            messages.success(request, told)
            return redirect("byod:radius_servers")
    context = {"menu": "policies", "crumbs": _crumbs(word), "form": form, "word": word}
    return render(request, "byod/network/partner.html", context)


urlpatterns: list[URLPattern] = [
    path("serveurs-radius/", servers, name="radius_servers"),
    path("serveurs-radius/partenaires/ajouter/", add_partner, name="partner_add"),
    path("serveurs-radius/partenaires/<int:pk>/", partner, name="partner"),
]
