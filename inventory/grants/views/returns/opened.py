"""The public catalogue: resources that everybody reads, takes and cites. No account is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.models.returns.resources import Resource, ResourceFile
from inventory.grants.rules.returns.licences import LICENCES
from inventory.grants.views.returns.deposit import CONSEQUENCES
from inventory.grants.views.returns.listing import OPEN_SORTS, OPENED, searched
from inventory.grants.views.returns.resource import SHOWN_INLINE, sent_file
from schools.filters import filtered, narrowed, shown
from schools.keyset import page_of


def _asked(request: HttpRequest) -> Any:
    rows = Resource.objects.open_to_all().select_related("live__centre", "site__school")
    return narrowed(searched(rows, request.GET.get("q", ""), "live"), OPENED, request.GET)


@require_GET
def open_resources(request: HttpRequest) -> HttpResponse:
    """GET `/ressources-ouvertes/`."""
    told = request.GET.get("tri", "")
    sort = told if told in OPEN_SORTS else "recentes"
    asked = _asked(request)
    rows, after = page_of(asked, OPEN_SORTS[sort][1], request.GET.get("apres", ""), 24)
    context = {
        "menu": "open_resources",
        "crumbs": [(_("Ressources ouvertes"), None)],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "filters": shown(OPENED, request),
        "filtered": filtered(OPENED, request.GET),
        "query": request.GET.get("q", ""),
        "sorts": [(key, label) for key, (label, _columns) in OPEN_SORTS.items()],
        "sort": sort,
    }
    return render(request, "grants/returns/open_resources.html", context)


@require_GET
def open_resource(request: HttpRequest, reference: str) -> HttpResponse:
    """GET `/ressources-ouvertes/R-2026-0001/`: what is published; 410 where it was withdrawn."""
    rows = Resource.objects.harvested().select_related("live__centre", "site__school")
    row = get_object_or_404(rows, reference=reference)
    live = row.live
    assert live is not None
    gone = row.public == "deleted"
    context = {
        "menu": "open_resources",
        "crumbs": [
            (_("Ressources ouvertes"), reverse("grants:open_resources")),
            (row.reference if gone else live.title, None),
        ],
        "row": row,
        "told": live,
        "gone": gone,
        "licence": LICENCES.get(live.licence),
        "consequence": CONSEQUENCES.get(live.licence, ""),
        "files": [(one, one.content_type in SHOWN_INLINE) for one in live.files.all()],
        "citation": _citation(row, request),
    }
    status = 410 if gone else 200
    return render(request, "grants/returns/open_resource.html", context, status=status)


def _citation(row: Resource, request: HttpRequest) -> str:
    """How to cite it: authors, year, title, centre, address, licence."""
    live = row.live
    assert live is not None
    assert row.public_at is not None
    told = {
        "authors": ", ".join(live.authors) or row.site.school.name,
        "year": timezone.localdate(row.public_at).year,
        "title": live.title,
        "centre": live.centre,
        "url": request.build_absolute_uri(reverse("grants:open_resource", args=[row.reference])),
        "licence": live.get_licence_display(),
    }
    return _("%(authors)s (%(year)s). %(title)s. %(centre)s. %(url)s. Licence %(licence)s.") % told


@require_GET
def open_file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources-ouvertes/fichiers/<id>/`: a file of a published version."""
    rows = ResourceFile.objects.filter(version__in=Resource.objects.open_to_all().values("live"))
    return sent_file(get_object_or_404(rows, pk=pk), request)


urlpatterns: list[URLPattern] = [
    path("ressources-ouvertes/", open_resources, name="open_resources"),
    path("ressources-ouvertes/fichiers/<int:pk>/", open_file, name="open_file"),
    path("ressources-ouvertes/<slug:reference>/", open_resource, name="open_resource"),
]
