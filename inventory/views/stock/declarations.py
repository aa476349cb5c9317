"""Inventory declarations: where each site stands, the guided signature, what was signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count, can_declare
from inventory.actions.declare_inventory import (
    declare_inventory,
    snapshot,
    withdraw_declaration,
)
from inventory.models import (
    Category,
    Declaration,
    DeviceState,
    Difference,
    Standing,
    StockFinding,
    StockTaking,
)
from inventory.models.declarations import fingerprint
from inventory.printing.papers import declaration_paper
from inventory.standing import COLOURS, standing_of, with_standing
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, Site, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

DUE = {"30": gettext_lazy("dans les 30 jours"), "90": gettext_lazy("dans les 90 jours")}


def by_due(rows: Any, days: str) -> Any:
    """Those that still hold, and end within so many days."""
    today = timezone.localdate()
    ends = {"valid_until__gte": today, "valid_until__lte": today + dt.timedelta(days=int(days))}
    return rows.exclude(standing=Standing.WITHDRAWN).filter(**ends)


FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: Standing.choices, by("standing")),
    Filter("echeance", gettext_lazy("Échéance"), lambda: [*DUE.items()], by_due),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("province")),
)
BY_NAME = (Column("school__name"), Column("name"), KEY)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (gettext_lazy("École"), BY_NAME),
    "echeance": (gettext_lazy("Échéance, la plus proche d’abord"), (Column("due", kind=int), KEY)),
    "changes": (
        gettext_lazy("Changés, les plus changés d’abord"),
        (Column("moved", down=True, kind=int), Column(KEY.path, down=True, kind=int)),
    ),
}


@require_GET
@login_required
def declarations(request: HttpRequest) -> HttpResponse:
    """GET `/declarations/`: open sites and where the declaration of each stands."""
    user = user_of(request)
    asked = _asked(user, request)
    sort = _sort(request)
    rows, after = page_of(_sorted(asked, sort), SORTS[sort][1], request.GET.get("apres", ""))
    context = {
        "menu": "declarations",
        "crumbs": [(_("Déclarations d’inventaire"), None)],
        "rows": [
            (row, COLOURS[Standing(row.standing)], Standing(row.standing).label) for row in rows
        ],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
    }
    return render(request, "inventory/stock/declarations.html", context)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "ecole"


def _sorted(rows: Any, sort: str) -> Any:
    """With the column that the order needs: a number for every site, so that a cursor holds it."""
    if sort == "echeance":
        days = "(coalesce(%(expressions)s, DATE '9999-12-31') - DATE '2000-01-01')"
        due = Func(F("valid_until"), template=days, output_field=IntegerField())
        return rows.annotate(due=due)
    if sort == "changes":
        return rows.annotate(moved=Coalesce(F("changed"), Value(-1)))
    return rows


def _asked(user: User, request: HttpRequest) -> Any:
    sites = Site.objects.visible_to(user).filter(closed_on=None).select_related("school")
    rows = with_standing(sites, timezone.localdate())
    for word in request.GET.get("q", "").split()[:6]:
        rows = rows.filter(
            Q(name__unaccent__icontains=word)
            | Q(school__name__unaccent__icontains=word)
            | Q(school__authority__name__unaccent__icontains=word)
        )
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/declarations/export.csv`: the same filters, the whole list."""
    heads = [
        *(_("Pouvoir organisateur"), _("Établissement"), _("Implantation"), _("État")),
        *(_("Déclaré le"), _("Valable jusqu’au"), _("Signé par"), _("Équipements")),
        _("Changés depuis"),
    ]
    sort = _sort(request)
    asked = _asked(user_of(request), request).select_related("school__authority")
    rows = in_order(_sorted(asked, sort), SORTS[sort][1])
    cells = (
        [
            *(row.school.authority.name, row.school.name, row.name, Standing(row.standing).label),
            *(row.declared_on, row.valid_until, row.signer or "", row.declared, row.changed),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "declarations", heads, cells, ending=ending)


@require_http_methods(["GET", "POST"])
@login_required
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/declaration/`: what the site has, what nobody counted, what
    is open; then the signature."""
    user = user_of(request)
    seen = Site.objects.visible_to(user).select_related("school__authority")
    site = get_object_or_404(seen, pk=pk)
    answer = can_declare(user, site)
    if request.method == "POST":
        require(answer)
        if request.POST.get("lu") != "oui":
            messages.error(request, _("Cochez que vous avez relu l’inventaire, puis signez."))
            return redirect("inventory:declare", pk)
        try:
            row = declare_inventory(
                user, site, seen=request.POST.get("vu", ""), why=request.POST.get("why", "")
            )
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
            return redirect("inventory:declare", pk)
        messages.success(request, _("Inventaire déclaré et signé."))
        return redirect("inventory:declaration", row.pk)
    return render(request, "inventory/stock/declare.html", _context(user, site, answer))


def _context(user: User, site: Site, answer: Any) -> dict[str, Any]:
    content, _situations = snapshot(site)
    findings = StockFinding.objects.filter(stock_taking__site=site).open().count()
    differences = Difference.objects.filter(site=site).open().count()
    last = StockTaking.objects.filter(site=site, state="closed").order_by("-closed_at").first()
    return {
        "menu": "declarations",
        "site": site,
        "stands": standing_of(site),
        "content": content,
        "seen": fingerprint(content),
        "by_category": counts_of(content["by_category"], Category),
        "by_state": counts_of(content["by_state"], DeviceState),
        "never": [one for one in content["devices"] if not one["counted_on"]],
        "findings": findings,
        "differences": differences,
        "last_stock": last,
        "history": Declaration.objects.filter(site=site)
        .defer("content", "situations")
        .order_by("-number")[:20],
        "may": bool(answer),
        "may_count": bool(can_count(user, site)),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "crumbs": [
            (_("Déclarations d’inventaire"), reverse("inventory:declarations")),
            (str(site), reverse("schools:site", args=[site.pk])),
            (_("Déclarer"), None),
        ],
    }


def counts_of(counts: dict[str, int], words: Any) -> list[tuple[str, int]]:
    """Counts with the word of each key, the largest first."""
    known = dict(words.choices)
    rows = [(str(known.get(key, key)), n) for key, n in counts.items()]
    return sorted(rows, key=lambda pair: (-pair[1], pair[0]))


def declaration_of(user: User, pk: int) -> Declaration:
    """A version, where the person sees its site; else 404."""
    return get_object_or_404(
        Declaration.objects.visible_to(user).select_related("site__school"), pk=pk
    )


@require_GET
@login_required
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/declarations/<id>/`: a version as it was signed."""
    user = user_of(request)
    row = declaration_of(user, pk)
    last = Declaration.objects.filter(site=row.site).order_by("-number").values_list("pk").first()
    context = {
        "menu": "declarations",
        "row": row,
        "whole": row.is_whole,
        "is_last": last == (row.pk,),
        "by_category": counts_of(row.content.get("by_category", {}), Category),
        "by_state": counts_of(row.content.get("by_state", {}), DeviceState),
        "lines": [
            (one, str(dict(DeviceState.choices).get(one["state"], one["state"])))
            for one in row.content.get("devices", [])
        ],
        "may": bool(can_declare(user, row.site)),
        "crumbs": [
            (_("Déclarations d’inventaire"), reverse("inventory:declarations")),
            (str(row.site), reverse("inventory:declare", args=[row.site_id])),
            (_("Version %(n)d") % {"n": row.number}, None),
        ],
    }
    return render(request, "inventory/stock/declaration.html", context)


@require_GET
@login_required
def declaration_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/declarations/<id>/declaration.pdf`."""
    row = declaration_of(user_of(request), pk)
    response = HttpResponse(declaration_paper(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="declaration-{row.pk}.pdf"'
    return response


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/implantations/<id>/declaration/retirer/`."""
    user = user_of(request)
    site = get_object_or_404(Site.objects.visible_to(user).select_related("school"), pk=pk)
    require(can_declare(user, site))
    try:
        withdraw_declaration(user, site, request.POST.get("why", ""))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Déclaration retirée. Les versions signées restent lisibles."))
    return redirect("inventory:declare", pk)


@require_GET
@login_required
def site_declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/declaration/etat/`: panel of a site's page."""
    user = user_of(request)
    site = get_object_or_404(Site.objects.visible_to(user).select_related("school"), pk=pk)
    context = {
        "site": site,
        "stands": standing_of(site),
        "running": StockTaking.objects.filter(site=site).running().first(),
        "may_count": bool(can_count(user, site)),
    }
    return render(request, "inventory/stock/_site_declaration.html", context)


urlpatterns: list[URLPattern] = [
    path("declarations/", declarations, name="declarations"),
    *sheet_paths("declarations/export", export, "declarations_export"),
    path("implantations/<int:pk>/declaration/", declare, name="declare"),
    path("implantations/<int:pk>/declaration/retirer/", withdraw, name="withdraw_declaration"),
    path("implantations/<int:pk>/declaration/etat/", site_declaration, name="site_declaration"),
    path("declarations/<int:pk>/", declaration, name="declaration"),
    path("declarations/<int:pk>/declaration.pdf", declaration_pdf, name="declaration_pdf"),
]
