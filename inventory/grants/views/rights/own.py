"""A school's right in one picture, where it comes from, and what to do when the count is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import DecisionImpossible, require
from inventory.grants.access.rights import can_tell_counting_error
from inventory.grants.actions.rights.counting import tell_counting_error
from inventory.grants.actions.rights.formulas import rules_of
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.rights.conditions import conditions_of, missing_conditions
from inventory.grants.models.rights.corrections import CountingError
from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.pools import PoolConsent
from inventory.grants.models.rights.programmes import Computation
from inventory.grants.models.rights.standing import standing_of
from inventory.grants.rights_chart import chart_of, middles
from inventory.grants.rights_shown import Picture, picture_of
from inventory.grants.rights_words import explained
from inventory.grants.rules.rights.computing import compute, facts_from, part
from inventory.grants.views.calls.shown import state_shown
from schools.models import Headcount, RoleKind, School, Site, User
from schools.models.scope import scope_of, sites_q
from schools.panels import Panel, panels_of
from schools.views.doors import user_of

FILES = 5
"""Files of the panel; the whole list is one click away."""
OVER = (
    ApplicationState.REFUSED,
    ApplicationState.INELIGIBLE,
    ApplicationState.WITHDRAWN,
)
OWN = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value, RoleKind.CONTACT.value})


@require_GET
@login_required
def my_right(request: HttpRequest) -> HttpResponse:
    """GET `/droits/`: what my school may draw; a PO chooses among its schools."""
    user = user_of(request)
    sites = _own_sites(user)
    schools = sorted({site.school for site in sites}, key=lambda school: school.name)
    chosen = _chosen(request, schools)
    shown = [site for site in sites if chosen is None or site.school_id == chosen.pk]
    today = timezone.localdate()
    picture = picture_of(shown, today)
    context: dict[str, Any] = {
        "menu": "my_right",
        "crumbs": [*_school_crumb(chosen), (_("Droit de tirage"), None)],
        "school": chosen,
        "schools": _schools_told(schools, sites) if chosen is None else [],
        "many": len(schools) > 1,
        "picture": picture,
        "chart": chart_of(picture.years),
        "middles": middles(picture.years),
        "origins": _origins(picture),
        "several": len(picture.rights) > 1,
        "missing": _missing(picture) if chosen is not None else [],
        "pool": _pool(chosen),
        "errors": CountingError.objects.filter(site__in=shown).select_related("site__school")[:3],
        "panels": _panels(chosen) if chosen is not None else [],
    }
    return render(request, "grants/rights/my_right.html", context)


def _own_sites(user: User) -> list[Site]:
    """Open sites that the person answers for. Raises PermissionDenied where there are none."""
    rows = Site.objects.open().filter(sites_q(scope_of(user, OWN)))
    sites = list(rows.select_related("school__authority"))
    if not sites:
        raise PermissionDenied(
            _("Cette page est celle d’une école\u00a0: la vôtre, si vous y avez un rôle.")
        )
    return sites


def _chosen(request: HttpRequest, schools: Sequence[School]) -> School | None:
    """The only school, or the one of the address; None: all of them together."""
    if len(schools) == 1:
        return schools[0]
    return next((one for one in schools if str(one.pk) == request.GET.get("ecole", "")), None)


def _school_crumb(school: School | None) -> list[tuple[str, str | None]]:
    return [] if school is None else [(school.name, reverse("schools:school", args=[school.pk]))]


def _schools_told(schools: Sequence[School], sites: Sequence[Site]) -> list[Any]:
    """Each school of a PO with its standing."""
    today = timezone.localdate()
    if len(schools) > 60:
        return [(school, None) for school in schools]
    return [
        (school, standing_of([s.pk for s in sites if s.school_id == school.pk], today))
        for school in schools
    ]


def _panels(school: School) -> list[tuple[Panel, str]]:
    """What other parts show on this page, each with the address of its whole list."""
    found = []
    for name, title, whole in settings.RIGHT_PANELS:
        shown, _aside = panels_of([(name, title, "main")], school.pk)
        found += [(panel, reverse(whole)) for panel in shown]
    return found


@require_GET
@login_required
def right_applications(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/mon-droit/ecole/<id>/dossiers/`: fragment, the files of a school that are on their
    way, then the last ones."""
    user = user_of(request)
    school = get_object_or_404(School.objects.visible_to(user), pk=pk)
    rows = (
        Application.objects.visible_to(user)
        .filter(site__school=school)
        .select_related("site__school", "call", "version")
        .annotate(over=Case(When(state__in=OVER, then=1), default=0))
        .order_by("over", "-started_at", "-pk")
    )[:FILES]
    now = timezone.now()
    context = {"rows": [(row, state_shown(row, now)) for row in rows]}
    return render(request, "grants/rights/_files.html", context)


def _origins(picture: Picture) -> list[dict[str, Any]]:
    """Where the last part of each right comes from."""
    told = []
    for right in picture.rights:
        one = picture.latest.get(right.pk)
        if one is None:
            continue
        rules = rules_of(one.formula)
        share = part(rules, one.year - right.programme.first_year, one.amount)
        told.append({"right": right, "computation": one, "lines": explained(one), "part": share})
    return told


def _missing(picture: Picture) -> list[tuple[Site, list[str]]]:
    """What keeps a site from using its right now."""
    today = timezone.localdate()
    wanted = {right.programme_id: conditions_of(right.programme_id) for right in picture.rights}
    found = [
        (right.site, missing_conditions(right.site, wanted[right.programme_id], today))
        for right in picture.rights
    ]
    return [(site, words) for site, words in found if words]


def _pool(school: School | None) -> dict[str, Any] | None:
    """What the schools of the PO hold in common, where this one takes part."""
    if school is None:
        return None
    today = timezone.localdate()
    consents = PoolConsent.objects.live(today).filter(school=school).select_related("pool")
    consent = consents.first()
    if consent is None:
        return None
    members = PoolConsent.objects.live(today).filter(pool=consent.pool).values("school")
    rights = DrawingRight.objects.usable(today).filter(
        programme=consent.pool.programme_id, site__school__in=members
    )
    return {
        "consent": consent,
        "schools": members.count(),
        "available": sum(rights.values_list("available", flat=True)),
    }


@require_GET
@login_required
def computation(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/droits/calculs/<id>/`: the amount computed again from its stored inputs."""
    seen = Computation.objects.visible_to(user_of(request))
    row = get_object_or_404(
        seen.select_related("formula__programme", "site__school", "programme"), pk=pk
    )
    again = compute(rules_of(row.formula), facts_from(row.inputs))
    context = {
        "menu": "my_right",
        "crumbs": [
            (_("Droit de tirage"), reverse("grants:my_right")),
            (_("Refaire le calcul"), None),
        ],
        "row": row,
        "lines": explained(row),
        "again": again.amount,
        "same": again.as_json() == row.outcome,
        "year": f"{row.year}-{row.year + 1}",
        "others": Computation.objects.filter(site=row.site, programme=row.programme)
        .select_related("formula")
        .order_by("-year", "-at"),
    }
    return render(request, "grants/rights/computation.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def tell_error(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/droits/implantations/<id>/comptage/`: the count of 15 January is wrong."""
    user = user_of(request)
    site = get_object_or_404(
        Site.objects.visible_to(user).select_related("school__authority"), pk=pk
    )
    require(can_tell_counting_error(user, site))
    years = sorted(
        set(Headcount.objects.filter(site=site).values_list("year", flat=True)), reverse=True
    )[:3]
    typed = {name: request.POST.get(name, "") for name in ("annee", "eleves", "texte")}
    problem = ""
    if request.method == "POST":
        try:
            _tell(user, site, typed, years)
        except DecisionImpossible as refused:
            problem = str(refused)
        else:
            messages.success(request, _("C’est signalé. Le SPW examine et vous répond ici."))
            return redirect("grants:my_right")
    context = {
        "menu": "my_right",
        "crumbs": [
            (_("Droit de tirage"), reverse("grants:my_right")),
            (_("Signaler une erreur de comptage"), None),
        ],
        "site": site,
        "counts": [(year, _counted(site, year)) for year in years],
        "typed": typed,
        "problem": problem,
        "history": CountingError.objects.filter(site=site),
    }
    return render(request, "grants/rights/tell_error.html", context)


def _tell(user: User, site: Site, typed: dict[str, str], years: list[int]) -> None:
    if not typed["annee"].isdecimal() or int(typed["annee"]) not in years:
        raise DecisionImpossible(_("Choisissez le comptage dont vous parlez."))
    pupils = typed["eleves"].strip()
    if not pupils.isdecimal() or not pupils.isascii() or len(pupils) > 5:
        raise DecisionImpossible(_("Entrez le nombre d’élèves en chiffres."))
    tell_counting_error(user, site, int(typed["annee"]), int(pupils), typed["texte"])


def _counted(site: Site, year: int) -> int:
    return sum(Headcount.objects.filter(site=site, year=year).values_list("pupils", flat=True))


@require_GET
@login_required
def site_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/droit-de-tirage/`: the fragment on the page of a site."""
    site = get_object_or_404(
        Site.objects.visible_to(user_of(request)).select_related("school"), pk=pk
    )
    picture = picture_of([site], timezone.localdate())
    context = {"site": site, "picture": picture, "right": next(iter(picture.rights), None)}
    return render(request, "grants/rights/_site_right.html", context)


urlpatterns: list[URLPattern] = [
    path("mon-droit/", my_right, name="my_right"),
    path("mon-droit/ecole/<int:pk>/dossiers/", right_applications, name="right_applications"),
    path("droits/calculs/<int:pk>/", computation, name="computation"),
    path("droits/implantations/<int:pk>/comptage/", tell_error, name="tell_counting_error"),
    path("implantations/<int:pk>/droit-de-tirage/", site_panel, name="site_right"),
]
