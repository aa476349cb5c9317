"""What connections cost each organising authority a month."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, DecimalField, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.models import Subscription
from schools.finding import matching
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Authority, User
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of
from schools.words import asked

ORDER = (Column("name"), KEY)


def costs_asked(user: User, text: str) -> QuerySet[Any]:
    """Authorities with active lines at sites that the person sees: how many, and their cost."""
    seen = Subscription.objects.visible_to(user).active().order_by()
    theirs = seen.filter(site__school__authority=OuterRef("pk")).values("site__school__authority")

    def told(what: Any, field: Any) -> Coalesce:
        return Coalesce(Subquery(theirs.annotate(v=what).values("v")), 0, output_field=field)

    money: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)
    rows = Authority.objects.visible_to(user).annotate(
        lines=told(Count("pk"), IntegerField()),
        connected=told(Count("site", distinct=True), IntegerField()),
        monthly=told(Sum("price_month"), money),
    )
    question = asked(text)
    if question.text:
        rows = rows.filter(matching(question, ("words",)))
    return rows.filter(lines__gt=0)


@require_GET
@login_required
def connection_costs(request: HttpRequest) -> HttpResponse:
    """GET `/connexions/couts/`."""
    user, query = user_of(request), request.GET.get("q", "")
    rows, after = page_of(costs_asked(user, query), ORDER, request.GET.get("apres", ""))
    every = Subscription.objects.visible_to(user).active()
    context = {
        "menu": "connections",
        "crumbs": [(_("Connexions"), reverse("inventory:connections")), (_("Coûts"), None)],
        "rows": rows,
        "sums": every.aggregate(lines=Count("pk"), monthly=Sum("price_month")),
        "after": after,
        "filters": [],
        "query": query,
    }
    return render(request, "inventory/connections/costs.html", context)


@require_GET
@login_required
def connection_costs_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/connexions/couts/export.csv`."""
    rows = in_order(costs_asked(user_of(request), request.GET.get("q", "")), ORDER)
    heads = [
        *(_("Pouvoir organisateur"), _("Implantations"), _("Lignes"), _("Par mois (EUR)")),
        _("Par an (EUR)"),
    ]
    cells = (
        [one.name, one.connected, one.lines, one.monthly, one.monthly * 12]
        for one in rows[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK)
    )
    return sheet_response(request, "couts-connexions", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("connexions/couts/", connection_costs, name="connection_costs"),
    *sheet_paths("connexions/couts/export", connection_costs_export, "connection_costs_export"),
]
