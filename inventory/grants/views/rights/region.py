"""All rights that a person sees, and the page of one: every entry, every explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.rights import can_correct, can_keep_programmes
from inventory.grants.actions.rights.correct import propose_correction
from inventory.grants.actions.rights.formulas import formula_in_force, rules_of
from inventory.grants.models.rights.corrections import Correction, CountingError, Recount
from inventory.grants.models.rights.facts import facts_of, first_amounts
from inventory.grants.models.rights.ledger import DrawingRight, Movement
from inventory.grants.models.rights.programmes import Computation
from inventory.grants.models.rights.standing import standing_from
from inventory.grants.rights_chart import chart_of, middles
from inventory.grants.rights_entries import shown as entries_shown
from inventory.grants.rights_listing import FILTERS, SORTS, rights_asked, totals_of
from inventory.grants.rights_shown import picture_of_rights
from inventory.grants.rights_words import explained
from inventory.grants.rules.rights.computing import compute, part
from inventory.grants.rules.rights.schedule import count_year
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.listing_schools import order_of
from schools.models import Site
from schools.rules import Refused
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def rights(request: HttpRequest) -> HttpResponse:
    """GET `/droits/`."""
    user = user_of(request)
    sort = order_of(request.GET, SORTS)
    asked = rights_asked(user, request.GET)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    totals = totals_of(asked)
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": [(_("Droits de tirage"), None)],
        "rows": rows,
        "after": after,
        "totals": totals,
        "standing": standing_from({name: totals[f"sum_{name}"] for name in SUMS} | _rest(totals)),
        "may_keep": bool(can_keep_programmes(user)),
        "recount": Recount.objects.first(),
        "to_countersign": Correction.objects.visible_to(user).to_countersign().count(),
        "errors_open": CountingError.objects.visible_to(user).open().count(),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "grants/rights/rights.html", context)


SUMS = ("granted", "available", "reserved", "committed", "consumed", "expired")


def _rest(totals: dict[str, Any]) -> dict[str, Decimal]:
    granted, released = totals["sum_granted"] or 0, totals["sum_released"] or 0
    return {"unreleased": Decimal(granted - released)}


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/droits/export.csv`: the same filters, every right."""
    order = SORTS[order_of(request.GET, SORTS)][1]
    rows = in_order(rights_asked(user_of(request), request.GET), order)[:EXPORT_AT_MOST]
    heads = [
        *(_("Pouvoir organisateur"), _("École"), _("Implantation"), _("Numéro"), _("Province")),
        *(_("Réseau"), _("Classe ISE"), _("Programme"), _("Accordé (EUR)"), _("Libéré (EUR)")),
        *(_("Disponible (EUR)"), _("Réservé (EUR)"), _("Engagé (EUR)"), _("Consommé (EUR)")),
        *(_("Échu (EUR)"), _("Utilisable jusqu’au")),
    ]
    cells = _cells(rows.iterator(chunk_size=CHUNK))
    return sheet_response(request, "droits-de-tirage", heads, cells, ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for one in rows:
        school = one.site.school
        yield [
            *(school.authority.name, school.name, one.site.name, one.site.number),
            *(one.site.get_province_display(), school.get_network_display(), one.ise or ""),
            *(str(one.programme), one.granted, one.released, one.available, one.reserved),
            *(one.committed, one.consumed, one.expired, one.usable_until),
        ]


def right_seen(request: HttpRequest, pk: int) -> DrawingRight:
    """A right, where the person sees its site; else 404."""
    seen = DrawingRight.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("programme", "site__school__authority"), pk=pk)


@require_GET
@login_required
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/droits/<id>/`."""
    user, here = user_of(request), right_seen(request, pk)
    picture = picture_of_rights([here], timezone.localdate())
    movements = (
        Movement.objects.filter(entries__right=here)
        .distinct()
        .select_related("site__school", "computation")
        .order_by("-at", "-pk")
    )
    answer = can_correct(user, here.site)
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": [
            (_("Droits de tirage"), reverse("grants:rights")),
            (str(here.site), reverse("schools:site", args=[here.site_id])),
            (_("Droit"), None),
        ],
        "right": here,
        "picture": picture,
        "chart": chart_of(picture.years),
        "middles": middles(picture.years),
        "origins": _origins(here),
        "rows": entries_shown(movements[:50]),
        "more": movements.count() > 50,
        "corrections": here.corrections.all(),
        "errors": CountingError.objects.filter(site=here.site),
        "may_correct": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "today_part": _part_today(here) if answer else None,
    }
    return render(request, "grants/rights/right.html", context)


def _origins(here: DrawingRight) -> list[dict[str, Any]]:
    rows = Computation.objects.filter(site=here.site_id, programme=here.programme_id)
    told = []
    for one in rows.select_related("formula__programme").order_by("-year", "-at")[:1]:
        share = part(rules_of(one.formula), one.year - here.programme.first_year, one.amount)
        told.append({"right": here, "computation": one, "lines": explained(one), "part": share})
    return told


def _part_today(here: DrawingRight) -> dict[str, Any] | None:
    """The last part computed with what the register says today: what a correction would bring."""
    last = (
        Computation.objects.filter(site=here.site_id, programme=here.programme_id)
        .select_related("formula__programme")
        .order_by("-year", "-at")
        .first()
    )
    if last is None or formula_in_force(here.programme) is None:
        return None
    rules = rules_of(last.formula)
    first = first_amounts(here.programme) if rules.floor else {}
    sites = Site.objects.filter(pk=here.site_id)
    facts = facts_of(sites, count_year(rules, last.year), first)[here.site_id]
    index = last.year - here.programme.first_year
    now = part(rules, index, compute(rules, facts).amount)
    return {"year": last.year, "now": now, "difference": now - part(rules, index, last.amount)}


@require_POST
@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/<id>/corriger/`: propose more or less, with a reason."""
    here = right_seen(request, pk)
    try:
        amount = amount_typed(request.POST.get("montant", ""))
        error = CountingError.objects.filter(site=here.site, pk=_key(request.POST.get("erreur")))
        propose_correction(
            user_of(request), here, amount, request.POST.get("motif", ""), error.first()
        )
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Proposée. Un autre agent la contresigne."))
    return redirect("grants:right", pk)


def amount_typed(text: str) -> Decimal:
    """``-1 204,50`` as people type it. Raises DecisionImpossible."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("−", "-")
    plain = plain.replace("€", "").replace(",", ".")
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain.removeprefix("+"))
    whole, _dot, cents = digits.partition(".")
    good = whole.isdecimal() and whole.isascii() and len(whole) <= 9
    if not good or (cents and not (cents.isdecimal() and cents.isascii() and len(cents) <= 2)):
        raise DecisionImpossible(_("Entrez un montant en euros, en plus ou en moins."))
    return sign * Decimal(f"{whole}.{cents or 0}")


def _key(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 18 else 0


urlpatterns: list[URLPattern] = [
    path("droits/", rights, name="rights"),
    *sheet_paths("droits/export", export, "rights_export"),
    path("droits/<int:pk>/", right, name="right"),
    path("droits/<int:pk>/corriger/", correct, name="correct_right"),
]
