"""Which access point covers which room: declared, then proved (M39, K6)."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.coverage_shown import CoverageShown, access_points_of, coverage_shown
from inventory.network_tabs import network_context, site_of, url_of
from inventory.observed import device_states
from schools.filters import Filter, shown
from schools.models import RoleKind
from schools.models.scope import scope_of
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

ONLY = [
    ("sans", gettext_lazy("à couvrir, sans WiFi")),
    ("declare", gettext_lazy("déclarés, pas encore vérifiés")),
]
FILTERS = (Filter("locaux", gettext_lazy("Locaux"), lambda: ONLY, lambda rows, _value: rows),)
SAYS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})
"""Who is at the school and may say that there is no WiFi."""


@require_GET
@login_required
def site_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/couverture/`."""
    site = site_of(request, pk)
    states = device_states().states(access_points_of(site))
    at_school = scope_of(user_of(request), SAYS)
    says = site.school_id in at_school.schools or site.pk in at_school.sites
    context = {
        **network_context(request, site, "site_coverage"),
        "coverage": coverage_shown(site, states, request.GET.get("locaux", "")),
        "filters": shown(FILTERS, request),
        "filtered": request.GET.get("locaux", "") in dict(ONLY),
        "report_url": url_of("helpdesk:report") if says else "",
    }
    return render(request, "inventory/network/coverage.html", context)


@require_GET
@login_required
def coverage_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/couverture/export.csv`: the same filter; declared by whom is not told."""
    site = site_of(request, pk)
    heads = [
        *(_("Local"), _("Bâtiment"), _("Usage"), _("À couvrir"), _("Borne"), _("Preuve")),
        *(_("Vérifié le"), _("Signal (dBm)"), _("Remarque")),
    ]
    rows = _cells(coverage_shown(site, {}, request.GET.get("locaux", "")))
    return sheet_response(request, "couverture", heads, rows, ending=ending)


def _cells(shown: CoverageShown) -> Iterator[list[object]]:
    for one in shown.rooms:
        room = [
            *(one.room.name, one.room.building, one.room.get_kind_display()),
            _("oui") if one.to_cover else _("non"),
        ]
        if not one.by:
            yield [*room, "", "", "", "", ""]
        for served in one.by:
            row = served.row
            yield [
                *room,
                row.access_point.name,
                row.get_proof_display(),
                row.proved_on,
                row.signal_dbm,
                row.remark,
            ]


_BASE = "implantations/<int:pk>/reseau/couverture"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}/", site_coverage, name="site_coverage"),
    *sheet_paths(f"{_BASE}/export", coverage_export, "coverage_export"),
]
