"""The connections of all the sites that a person sees: verdicts, speeds, export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access.connections import can_keep_contracts
from inventory.connection_words import BADGES, VERDICTS, exception_sentence, sentence_of
from inventory.contracts_shown import renewals_due
from inventory.listing_connections import (
    FILTERS,
    SORTS,
    VERDICT,
    connections_asked,
    judged_by,
    technology_word,
    totals_of,
)
from inventory.models import FIBRE, FibreException
from inventory.rules.connections import Facts, Verdict, expects_fibre, judge
from schools.counts import last_year
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.listing_schools import order_of
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

LARGE = (Verdict.FIBRE, Verdict.EXCEPTION)
"""Verdicts that an exception explains."""


@require_GET
@login_required
def connections(request: HttpRequest) -> HttpResponse:
    """GET `/connexions/`."""
    user, today, year = user_of(request), timezone.localdate(), last_year()
    sort = order_of(request.GET, SORTS)
    totals = totals_of(user, request.GET, today, year)
    asked = connections_asked(user, request.GET, today, year)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    chosen = request.GET.get("avis", "")
    keeps = bool(can_keep_contracts(user))
    context = {
        "menu": "connections",
        "crumbs": [(_("Connexions"), None)],
        "rows": rows_shown(rows, today),
        "total": totals.verdicts.get(chosen, 0) if chosen in VERDICTS else totals.sites,
        "totals": totals,
        "tabs": [
            (key, word, BADGES[key], totals.verdicts.get(key, 0)) for key, word in VERDICTS.items()
        ],
        "chosen": chosen,
        "year": year,
        "may_keep": keeps,
        "renewals": renewals_due(today) if keeps else [],
        "reviews": FibreException.objects.to_review(today).count() if keeps else 0,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered((*FILTERS, VERDICT), request.GET),
    }
    return render(request, "inventory/connections/list.html", context)


def rows_shown(sites: list[Any], today: dt.date) -> list[dict[str, Any]]:
    """Sites judged, with their badges, and why; the reasons of exceptions in one query."""
    large = [site.pk for site in sites if expects_fibre(site.pupils)]
    standing = FibreException.objects.standing().filter(site__in=large) if large else ()
    excused = {one.site_id: one for one in standing}
    return [_row_shown(site, excused.get(site.pk), today) for site in sites]


def _row_shown(site: Any, excused: FibreException | None, today: dt.date) -> dict[str, Any]:
    in_force = excused is not None and excused.is_in_force(today)
    facts = Facts(site.pupils, site.down or None, site.technology in FIBRE, in_force)
    verdict, line = judge(facts), technology_word(site.technology)
    why = sentence_of(verdict, site.pupils, site.down, str(line))
    if excused is not None and verdict in LARGE:
        why = exception_sentence(excused.reason, excused.review_on, today)
    return {
        "site": site,
        "badge": BADGES[verdict],
        "word": VERDICTS[verdict],
        "why": "" if verdict == Verdict.OK else why,
        "line": line,
        "infrastructure": getattr(site, "infrastructure", None),
    }


@require_GET
@login_required
def connections_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/connexions/export.csv`: the same filters, every site."""
    user, today, year = user_of(request), timezone.localdate(), last_year()
    asked = judged_by(connections_asked(user, request.GET, today, year), user, today, year)
    order = SORTS[order_of(request.GET, SORTS)][1]
    standing = FibreException.objects.standing().filter(site=OuterRef("pk"))
    asked = asked.annotate(
        reason=Subquery(standing.values("reason")), review_on=Subquery(standing.values("review_on"))
    )
    rows = in_order(asked, order)[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK)
    heads = [
        *(_("École"), _("Implantation"), _("Numéro"), _("Commune"), _("Province"), _("Réseau")),
        *(_("Élèves"), _("Avis"), _("Technologie"), _("Opérateur"), _("Descendant (Mbit/s)")),
        *(_("Montant (Mbit/s)"), _("Prix par mois (EUR)"), _("Fibre"), _("Fibre prévue le")),
        *(_("Giga Quartier"), _("Exception"), _("À revoir le")),
    ]
    return sheet_response(request, "connexions", heads, _cells(rows), ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for site in rows:
        known = getattr(site, "infrastructure", None)
        yield [
            *(site.school.name, site.name, site.number, site.municipality.name),
            *(site.get_province_display(), site.school.get_network_display(), site.pupils),
            *(VERDICTS[site.verdict], technology_word(site.technology), site.operator),
            *(site.down or None, site.up, site.price),
            known.get_fibre_display() if known else "",
            known.planned_on if known else None,
            (_("oui") if known.giga else _("non")) if known else "",
            *(site.reason, site.review_on),
        ]


urlpatterns: list[URLPattern] = [
    path("connexions/", connections, name="connections"),
    *sheet_paths("connexions/export", connections_export, "connections_export"),
]
