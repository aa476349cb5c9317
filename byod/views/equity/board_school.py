"""One school of the equity board with its target and budget; a shared pool and its split."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from byod.access.equity.board import BOARD_READERS, can_read_board, can_set_target, can_split
from byod.actions.equity.keep_lines import set_target
from byod.actions.equity.split_pool import split_pool, splitting_of
from byod.board_equity import Row, figures_of, peers_of, percents_of, school_rows, secondary
from byod.equity_places import schools_run_by
from byod.forms.equity.lines import TargetForm
from byod.models.equity.rounds import AllocationRound
from byod.models.equity.shares import last_splits, pools_of, shared_supply
from byod.models.equity.targets import EquityTarget
from byod.models.loans.pools import LoanPool
from byod.rules.equity.order import fingerprint
from byod.rules.equity.years import school_year, year_words
from byod.rules.privacy import counted
from byod.views.equity.board import told_cells
from inventory.access import DecisionImpossible, require
from schools.models import School, User
from schools.models.scope import scope_of
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def school_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equite/ecoles/<id>/`: one school; POST by an officer sets its target."""
    user = user_of(request)
    require(can_read_board(user))
    seen = School.objects.within(scope_of(user, BOARD_READERS)).select_related("authority")
    school = get_object_or_404(seen.distinct(), pk=pk)
    year = school_year(timezone.localdate())
    row = _row_of(user, school, year)
    percent = percents_of([school.pk])[school.pk]
    form = TargetForm(request.POST or None, percent=percent)
    if request.method == "POST":
        require(can_set_target(user))
        if form.is_valid():
            said = form.cleaned_data
            try:
                set_target(user, school, said["percent"], said["why"])
            except DecisionImpossible as refused:
                form.add_error("percent", str(refused))
            else:
                messages.success(request, _("Cible fixée."))
                return redirect("byod:equity_school", pk)
    context = {
        "menu": "equity",
        "crumbs": [(_("Équité des prêts"), reverse("byod:equity")), (school.name, None)],
        "school": school,
        "row": row,
        "cells": told_cells(row.told, row.figures),
        "year": year_words(year),
        "percent": percent,
        "targets": EquityTarget.objects.filter(school=school)[:5],
        "form": form if can_set_target(user) else None,
        "shared": shared_supply(school.pk, year),
        "pools": pools_of(school),
        "per_pupil": settings.EQUITY_EUR_PER_PUPIL,
        "device_year": settings.EQUITY_DEVICE_YEAR_EUR,
        "runs": school in schools_run_by(user),
    }
    return render(request, "byod/equity/school.html", context)


@require_GET
@login_required
def school_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equite/ecoles/<id>/panneau/`: fragment for the page of a school; empty for others."""
    user = user_of(request)
    school = get_object_or_404(School.objects.visible_to(user).distinct(), pk=pk)
    seen = School.objects.within(scope_of(user, BOARD_READERS)).filter(pk=pk).exists()
    if not seen or not secondary(School.objects.filter(pk=pk)).exists():
        return HttpResponse("")
    row = _row_of(user, school, school_year(timezone.localdate()))
    cells = [(word, n) for word, n in told_cells(row.told, row.figures) if n]
    context = {"school": school, "row": row, "cells": cells}
    return render(request, "byod/equity/_school_panel.html", context)


def _row_of(user: User, school: School, year: int) -> Row:
    """A school as the board shows it to the person: hidden beside the same schools."""
    peers = peers_of(School.objects.within(scope_of(user, BOARD_READERS)))
    peers.setdefault(school.pk, school.authority_id)
    exact = {one.pk for one in schools_run_by(user)} & peers.keys()
    return school_rows([school], peers, figures_of(list(peers), year), exact)[0]


@require_http_methods(["GET", "POST"])
@login_required
def pool_split(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equite/reserves/<id>/`: what a split would be; POST makes it."""
    user = user_of(request)
    pool = get_object_or_404(LoanPool.objects.visible_to(user), pk=pk)
    require(can_split(user, pool))
    if request.method == "POST":
        try:
            split_pool(user, pool)
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Réserve répartie. Chaque école voit sa part."))
        return redirect("byod:equity_pool", pk)
    year = school_year(timezone.localdate())
    made = splitting_of(pool, year)
    keys = [one["school"] for one in made.outcome()]
    names = dict(School.objects.filter(pk__in=keys).values_list("pk", "name"))
    last = next(iter(last_splits(year, pool=pool)), None)
    context = {
        "menu": "equity",
        "crumbs": [(_("Équité des prêts"), reverse("byod:equity")), (pool.name, None)],
        "pool": pool,
        "supply": made.supply,
        "rows": _parts(made, names),
        "last": last,
        "good": last is not None and _same(last),
    }
    return render(request, "byod/equity/pool.html", context)


def _parts(made: Any, names: dict[int, str]) -> list[tuple[str, int | None, Any, str]]:
    """School, need and formula where they tell no small count, and its part."""
    rows = []
    for one in made.outcome():
        need = made.devices[one["school"]].unmet if one["school"] in made.devices else 0
        small = counted(need) is None
        exact = "" if small else one["exact"]
        rows.append((names.get(one["school"], "?"), None if small else need, one, exact))
    return sorted(rows, key=lambda row: row[0])


def _same(row: AllocationRound) -> bool:
    return fingerprint(row.outcome) == row.outcome_sha256


urlpatterns: list[URLPattern] = [
    path("equite/ecoles/<int:pk>/", school_page, name="equity_school"),
    path("equite/ecoles/<int:pk>/panneau/", school_panel, name="equity_panel"),
    path("equite/reserves/<int:pk>/", pool_split, name="equity_pool"),
]
