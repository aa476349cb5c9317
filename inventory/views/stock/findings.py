"""Settling what a stock-taking found, one by one or together."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count
from inventory.actions.settle_findings import settle_findings, undo_finding
from inventory.models import StockFinding
from inventory.views.stock.takings import taking_of
from schools.views.doors import user_of

TOGETHER = 500


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/recolements/<id>/constats/`: `constat` (several), `decision`
    accepter or laisser; `?seul=` settles that one alone."""
    user = user_of(request)
    taking = taking_of(user, pk)
    require(can_count(user, taking.site))
    alone = request.GET.get("seul", "")  # the button of one row
    wanted = [alone] if alone else request.POST.getlist("constat")[:TOGETHER]
    told = [int(key) for key in wanted if key.isdecimal() and len(key) < 19]
    keys = list(taking.findings.filter(pk__in=told).values_list("pk", flat=True))
    decision = request.POST.get("decision", "")
    if not keys or decision not in {"accepter", "laisser"}:
        messages.warning(request, _("Cochez d’abord des constats."))
        return redirect("inventory:stock_taking", pk)
    done, refused = settle_findings(user, keys, accept=decision == "accepter")
    if done:
        words = ngettext("%(n)d constat réglé.", "%(n)d constats réglés.", len(done))
        messages.success(request, words % {"n": len(done)})
    for why in refused[:3]:
        messages.error(request, why)
    return redirect("inventory:stock_taking", pk)


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/recolements/constats/<id>/annuler/`: the decision is taken back."""
    user = user_of(request)
    seen = StockFinding.objects.visible_to(user).select_related("stock_taking__site__school")
    row = get_object_or_404(seen, pk=pk)
    require(can_count(user, row.stock_taking.site))
    try:
        undo_finding(user, pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Décision annulée."))
    url = reverse("inventory:stock_taking", args=[row.stock_taking_id])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


urlpatterns: list[URLPattern] = [
    path("recolements/<int:pk>/constats/", settle, name="settle_findings"),
    path("recolements/constats/<int:pk>/annuler/", undo, name="undo_finding"),
]
