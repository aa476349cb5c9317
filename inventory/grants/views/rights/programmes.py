"""Programmes: their formulas, releases, renewal. An officer writes; whoever is concerned reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_keep_programmes
from inventory.grants.actions.rights.formulas import (
    draft_formula,
    formula_in_force,
    renew_programme,
    rules_of,
    write_programme,
)
from inventory.grants.actions.rights.refusals import euros
from inventory.grants.actions.rights.release import next_year, release_year
from inventory.grants.forms.rights import ProgrammeForm, RenewForm, programme_words
from inventory.grants.models.rights.ledger import Movement, MovementKind
from inventory.grants.models.rights.programmes import Programme
from inventory.grants.rules.rights.schedule import count_year, end_of_use, release_day
from inventory.grants.rules.rights.years import year_words
from schools.rules import Refused
from schools.views.doors import user_of

Crumbs = list[tuple[str, str | None]]


def crumbs(*more: tuple[str, str | None]) -> Crumbs:
    """From the list of rights down."""
    return [
        (_("Droits de tirage"), reverse("grants:rights")),
        (_("Programmes"), reverse("grants:programmes")),
        *more,
    ]


@require_GET
@login_required
def programmes(request: HttpRequest) -> HttpResponse:
    """GET `/droits/programmes/`."""
    user = user_of(request)
    rows = (
        Programme.objects.visible_to(user)
        .annotate(
            sites=Count("rights", distinct=True),
            granted=Sum("rights__granted"),
            consumed=Sum("rights__consumed"),
        )
        .prefetch_related("formulas")
    )
    context = {
        "menu": "rights",
        "crumbs": [*crumbs()[:1], (_("Programmes"), None)],
        "rows": [(one, programme_words(one)) for one in rows],
        "may_keep": bool(can_keep_programmes(user)),
    }
    return render(request, "grants/rights/programmes.html", context)


def programme_seen(request: HttpRequest, pk: int) -> Programme:
    """A programme, where the person may read it; else 404."""
    return get_object_or_404(Programme.objects.visible_to(user_of(request)), pk=pk)


@require_GET
@login_required
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/droits/programmes/<id>/`: versions of the formula, what was and will be released."""
    user, here = user_of(request), programme_seen(request, pk)
    answer = can_keep_programmes(user)
    formulas = here.formulas.visible_to(user).order_by("-number")
    force = formula_in_force(here)
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": crumbs((str(here), None)),
        "programme": here,
        "words": programme_words(here),
        "formulas": formulas,
        "force": force,
        "years": _years(here),
        "end": end_of_use(rules_of(force), here.first_year) if force else None,
        "may_keep": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
    }
    return render(request, "grants/rights/programme.html", context)


def _years(here: Programme) -> list[dict[str, Any]]:
    """Each school year: what was released to how many sites, or when it will be."""
    done = {
        row["year"]: row
        for row in Movement.objects.filter(kind=MovementKind.RELEASE, computation__programme=here)
        .order_by()
        .values("year")
        .annotate(sites=Count("site", distinct=True), total=Sum("amount"))
    }
    following, force = next_year(here), formula_in_force(here)
    rules = rules_of(force) if force else None
    today = timezone.localdate()
    rows = []
    for index, year in enumerate(here.school_years):
        day = release_day(rules, here.first_year, index) if rules else None
        rows.append(
            {
                "year": year,
                "words": year_words(year),
                "share": rules.releases[index].share * 100 if rules else None,
                "day": day,
                "count": count_year(rules, year) if rules else None,
                "done": done.get(year),
                "due": year == following and day is not None and day <= today,
            }
        )
    return rows


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/programmes/<id>/liberer/`: the part of a school year, to every site."""
    here = programme_seen(request, pk)
    year = request.POST.get("annee", "")
    if not (year.isdecimal() and year.isascii() and len(year) == 4):
        messages.error(request, _("Choisissez l’année scolaire à libérer."))
        return redirect("grants:programme", pk)
    try:
        done = release_year(user_of(request), here, int(year), timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        told = _("%(amount)s libérés pour %(sites)d implantations.")
        messages.success(request, told % {"amount": euros(done.amount), "sites": done.sites})
    return redirect("grants:programme", pk)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/droits/programmes/nouveau/`."""
    user = user_of(request)
    require(can_keep_programmes(user))
    today = timezone.localdate()
    form = ProgrammeForm(request.POST or None, initial={"first_year": today.year, "years": 4})
    if request.method == "POST" and form.is_valid():
        try:
            made = write_programme(user, **form.cleaned_data)
        except DecisionImpossible as refused:
            form.add_error("code", str(refused))
        else:
            return redirect("grants:formula", made.formulas.get().pk)
    return _form(request, form, _("Nouveau programme"), reverse("grants:programmes"))


@require_http_methods(["GET", "POST"])
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/droits/programmes/<id>/renouveler/`: the same rules, the years after."""
    user, here = user_of(request), programme_seen(request, pk)
    require(can_keep_programmes(user))
    form = RenewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = renew_programme(user, here, code=form.cleaned_data["code"])
        except DecisionImpossible as refused:
            form.add_error("code", str(refused))
        else:
            return redirect("grants:formula", made.formulas.get().pk)
    back = reverse("grants:programme", args=[pk])
    return _form(request, form, _("Renouveler le programme"), back)


def _form(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {
        "menu": "rights",
        "crumbs": crumbs((title, None)),
        "title": title,
        "form": form,
        "back": back,
    }
    return render(request, "grants/rights/form.html", context)


@require_POST
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/programmes/<id>/formule/`: the draft of the next version."""
    here = programme_seen(request, pk)
    found = draft_formula(user_of(request), here)
    return redirect("grants:formula", found.pk)


urlpatterns: list[URLPattern] = [
    path("droits/programmes/", programmes, name="programmes"),
    path("droits/programmes/nouveau/", new, name="programme_new"),
    path("droits/programmes/<int:pk>/", programme, name="programme"),
    path("droits/programmes/<int:pk>/liberer/", release, name="release_year"),
    path("droits/programmes/<int:pk>/renouveler/", renew, name="programme_renew"),
    path("droits/programmes/<int:pk>/formule/", draft, name="formula_draft"),
]
