"""All configurations: which are up to date, which changed, which cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.cli.platforms import platforms
from inventory.listing_configurations import FILTERS, ORDER, WORDS, configurations_asked, state_of
from inventory.models import ConfigDrift, FailureReason
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

REASONS = dict(FailureReason.choices)


@require_GET
@login_required
def configurations(request: HttpRequest) -> HttpResponse:
    """GET `/configurations/`."""
    user = user_of(request)
    asked = configurations_asked(user, request.GET)
    rows, after = page_of(asked, ORDER, request.GET.get("apres", ""))
    context = {
        "menu": "configurations",
        "crumbs": [(_("Configurations"), None)],
        "rows": list(_shown(rows)),
        "total": asked.count(),
        "drifts": ConfigDrift.objects.visible_to(user).open().count(),
        "after": after,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "site"),
        "technician": user.is_technician,
    }
    return render(request, "inventory/configuration/list.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/configurations/export.csv`: the same filters, the whole list."""
    asked = in_order(configurations_asked(user_of(request), request.GET), ORDER)
    heads = [_("Équipement"), _("Modèle"), _("Établissement"), _("Implantation"),
             _("Plateforme"), _("État"), _("Raison"), _("Lue le"),
             _("Inchangée depuis")]  # fmt: skip
    rows = asked[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK)
    return sheet_response(request, "configurations", heads, _cells(rows), ending=ending)


def _shown(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    now = timezone.now()
    for row in rows:
        known = platforms().get(row.platform)
        yield {
            "access": row,
            "device": row.device,
            "word": WORDS[state_of(row, now, drifted=row.drift is not None)],
            "platform": known.name if known else row.platform,
            "reason": REASONS.get(row.reason, ""),
        }


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for one in _shown(rows):
        access, device = one["access"], one["device"]
        yield [
            device.name,
            device.product.model,
            device.site.school.name,
            device.site.name,
            one["platform"],
            one["word"].word,
            one["reason"],
            access.last_read_at,
            access.since,
        ]


urlpatterns: list[URLPattern] = [
    path("configurations/", configurations, name="configurations"),
    *sheet_paths("configurations/export", export, "configurations_export"),
]
