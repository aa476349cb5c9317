"""A version of a formula: read, written, compared, simulated on the whole Region, adopted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_keep_programmes
from inventory.grants.actions.rights.formulas import (
    adopt_formula,
    drop_draft,
    formula_in_force,
    save_draft,
)
from inventory.grants.forms.rights import (
    COMBINE_WORDS,
    FACT_WORDS,
    UNIT_WORDS,
    content_typed,
    per_cent,
    rows_of,
    typed_rows,
)
from inventory.grants.models.rights.conditions import Condition
from inventory.grants.models.rights.programmes import Formula
from inventory.grants.rights_simulated import (
    groups_told,
    histogram_words,
    movers,
    sheet_rows,
    simulation_of,
)
from inventory.grants.rules.rights.reading import Fault, FormulaRefused
from inventory.grants.rules.rights.years import year_words
from inventory.grants.views.rights.programmes import crumbs
from schools.models import Level
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of


def formula_seen(request: HttpRequest, pk: int) -> Formula:
    """A version, where the person may read it; else 404."""
    seen = Formula.objects.visible_to(user_of(request)).select_related("programme")
    return get_object_or_404(seen, pk=pk)


def _crumbs(formula: Formula, *more: tuple[str, str | None]) -> Any:
    programme = formula.programme
    here = reverse("grants:formula", args=[formula.pk]) if more else None
    return crumbs(
        (str(programme), reverse("grants:programme", args=[programme.pk])),
        (_("Formule %(label)s") % {"label": formula.label}, here),
        *more,
    )


@require_http_methods(["GET", "POST"])
@login_required
def formula(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/droits/formules/<id>/`: read a version; a draft is written here too."""
    user, here = user_of(request), formula_seen(request, pk)
    may = bool(can_keep_programmes(user)) and not here.is_adopted
    content = here.content
    faults: tuple[Fault, ...] = ()
    rows = rows_of(content)
    if request.method == "POST":
        require(can_keep_programmes(user))
        content = content_typed(
            request.POST, request.POST.getlist("conditions"), here.programme.years
        )
        rows = typed_rows(request.POST)
        faults = _saved(request, here, content)
        if not faults:
            return redirect("grants:formula", pk)
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": _crumbs(here),
        "formula": here,
        "content": content,
        "faults": faults,
        "may_write": may,
        "may_keep": bool(can_keep_programmes(user)),
        "rows": rows,
        "levels": [
            (key, word, content.get("levels", {}).get(key, "")) for key, word in Level.choices
        ],
        "years": _years(here, content),
        "floor": per_cent(content.get("floor")),
        "conditions": [
            (key, word, key in content.get("conditions", [])) for key, word in Condition.choices
        ],
        "words": {"facts": FACT_WORDS, "combine": COMBINE_WORDS, "units": UNIT_WORDS},
        "json": json.dumps(content, indent=2, ensure_ascii=False),
        "others": here.programme.formulas.visible_to(user).exclude(pk=pk).order_by("-number"),
        "version": request.POST.get("vu", here.version),
        "note": request.POST.get("note", here.note),
    }
    page = "formula_edit.html" if may else "formula.html"
    return render(request, f"grants/rights/{page}", context, status=422 if faults else 200)


def _saved(request: HttpRequest, here: Formula, content: Any) -> tuple[Fault, ...]:
    """Empty where the draft was kept."""
    version = request.POST.get("vu", "")
    number = int(version) if version.isdecimal() and version.isascii() and len(version) < 9 else 0
    try:
        save_draft(user_of(request), here, content, request.POST.get("note", ""), number)
    except FormulaRefused as refused:
        return refused.faults
    except DecisionImpossible as refused:
        return (Fault(_("version"), str(refused)),)
    messages.success(request, _("Brouillon gardé. Simulez-le avant de l’adopter."))
    return ()


def _years(here: Formula, content: Any) -> list[tuple[int, str, str, str]]:
    """Number, words, share in per cent and day of each year."""
    release = content.get("release", [])
    rows = []
    for index, year in enumerate(here.programme.school_years):
        one = release[index] if index < len(release) else {}
        share, day = one.get("share", "0"), one.get("on", "09-01")
        rows.append((index + 1, year_words(year), per_cent(share), day))
    return rows


def other_of(request: HttpRequest, here: Formula) -> Formula | None:
    """What it is compared with: the version of the address, else the one in force."""
    asked = request.GET.get("avec", "")
    seen = Formula.objects.visible_to(user_of(request)).select_related("programme")
    if asked.isdecimal() and asked.isascii() and len(asked) < 10:
        return seen.filter(pk=asked).exclude(pk=here.pk).first()
    if asked == "rien":
        return None
    force = formula_in_force(here.programme)
    return force if force is not None and force.pk != here.pk else None


@require_GET
@login_required
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/droits/formules/<id>/simulation/`: who would receive what, before anything is so."""
    here, user = formula_seen(request, pk), user_of(request)
    require(can_keep_programmes(user))
    other = other_of(request, here)
    found = simulation_of(here, other)
    gaining, losing = movers(found) if other else ([], [])
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": _crumbs(here, (_("Simulation"), None)),
        "formula": here,
        "other": other,
        "others": Formula.objects.visible_to(user)
        .exclude(pk=pk)
        .select_related("programme")
        .order_by("-programme__first_year", "-number"),
        "simulation": found,
        "histogram": histogram_words(found),
        "histogram_series": [(_("implantations"), [sites for _low, sites in found.histogram])],
        "cost_years": [year_words(year) for year, _cost, _other in found.costs],
        "cost_series": [(_("euros"), [round(cost) for _year, cost, _other in found.costs])],
        "costs": [(year_words(year), cost, was) for year, cost, was in found.costs],
        "groups": groups_told(found),
        "gaining": gaining,
        "losing": losing,
    }
    return render(request, "grants/rights/simulation.html", context)


@require_GET
@login_required
def simulation_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/droits/formules/<id>/simulation.csv`: a row per site."""
    here = formula_seen(request, pk)
    require(can_keep_programmes(user_of(request)))
    found = simulation_of(here, other_of(request, here))
    heads = [
        *(_("Pouvoir organisateur"), _("École"), _("Implantation"), _("Numéro"), _("Province")),
        *(_("Réseau"), _("Classe ISE"), _("Élèves"), _("Comptage"), _("Par an (EUR)")),
        *(_("Par an, autre formule (EUR)"), _("Différence (EUR)")),
    ]
    name = f"simulation-{here.label}"
    return sheet_response(request, name, heads, sheet_rows(found), ending=ending)


@require_GET
@login_required
def compare(request: HttpRequest, pk: int, with_pk: int) -> HttpResponse:
    """GET `/droits/formules/<id>/comparer/<id>/`: the rules of two versions, side by side."""
    here, other = formula_seen(request, pk), formula_seen(request, with_pk)
    context = {
        "menu": "rights",
        "crumbs": _crumbs(here, (_("Comparer"), None)),
        "formula": here,
        "other": other,
        "changes": _changes(other.content, here.content),
    }
    return render(request, "grants/rights/compare.html", context)


def _changes(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Path, value before, value after, of what differs."""
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name, old.get(name, "–"), new.get(name, "–"))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _leaves(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{where}.{name}" if where else name, inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(f"{where}[{number}]", inner)
    elif isinstance(value, list):
        yield where, ", ".join(str(one) for one in value)
    else:
        yield where, "–" if value is None else str(value)


@require_POST
@login_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/formules/<id>/adopter/`: frozen from now on."""
    here = formula_seen(request, pk)
    version = request.POST.get("vu", "")
    number = int(version) if version.isdecimal() and version.isascii() and len(version) < 9 else 0
    try:
        adopt_formula(user_of(request), here, number, timezone.now())
    except (DecisionImpossible, FormulaRefused) as refused:
        messages.error(request, str(refused))
        return redirect("grants:formula", pk)
    messages.success(request, _("Adoptée. Elle sert à la prochaine libération."))
    return redirect("grants:programme", here.programme_id)


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/formules/<id>/jeter/`: a draft that nobody wants."""
    here = formula_seen(request, pk)
    drop_draft(user_of(request), here)
    messages.success(request, _("Brouillon jeté."))
    return redirect("grants:programme", here.programme_id)


urlpatterns: list[URLPattern] = [
    path("droits/formules/<int:pk>/", formula, name="formula"),
    path("droits/formules/<int:pk>/simulation/", simulate, name="formula_simulation"),
    *sheet_paths(
        "droits/formules/<int:pk>/simulation", simulation_export, "formula_simulation_export"
    ),
    path("droits/formules/<int:pk>/comparer/<int:with_pk>/", compare, name="formula_compare"),
    path("droits/formules/<int:pk>/adopter/", adopt, name="formula_adopt"),
    path("droits/formules/<int:pk>/jeter/", drop, name="formula_drop"),
]
