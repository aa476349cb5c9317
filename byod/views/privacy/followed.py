"""Followed over time: who read names, what was purged, the figures that stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from byod.access.privacy.people import can_follow_readings, can_follow_retention
from byod.actions.privacy.retention import run_retention
from byod.kept import purpose_words
from byod.models.people.identities import IdentityReading
from byod.models.privacy.figures import FigureKey, MonthlyFigure
from byod.models.privacy.runs import RetentionRun
from byod.rules.privacy import counted_within, counted_words
from byod.views.privacy.kept import tabs_of
from inventory.access import require
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import Column, in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("pk", down=True, kind=int),)
BY_MONTH = (Column("month", down=True, day=True), Column("pk", down=True, kind=int))
WHY: dict[str, Any] = {
    "class_list": gettext_lazy("liste de classe"),
    "loan_desk": gettext_lazy("guichet des prêts"),
    "letter": gettext_lazy("suivi des lettres"),
    "person": gettext_lazy("fiche d’une personne"),
    "list_export": gettext_lazy("liste exportée"),
    "code_sheet": gettext_lazy("feuille de codes imprimée"),
    "family_letter": gettext_lazy("lettres aux familles envoyées"),
    "loan_class": gettext_lazy("prêts d’une classe"),
    "loan_slips": gettext_lazy("fiches de prêt imprimées"),
    "loan_receipts": gettext_lazy("reçus de prêt imprimés"),
    "loan_reminder": gettext_lazy("rappel d’un prêt"),
    "certificate_reminder": gettext_lazy("rappel de fin d’accès"),
    "loan_request": gettext_lazy("demande de prêt"),
    "loan_request_new": gettext_lazy("nouvelle demande de prêt"),
    "survey": gettext_lazy("recensement"),
    "line": gettext_lazy("connexion prêtée"),
    "line_lend": gettext_lazy("prêt d’une connexion"),
    "line_loan": gettext_lazy("prêt d’une connexion"),
    "line_notice": gettext_lazy("message sur une connexion prêtée"),
    "export": gettext_lazy("données remises à la personne"),
    "requests": gettext_lazy("demandes de prêt"),
    "sessions": gettext_lazy("connexions au réseau"),
}
"""Purpose of a reading → in words; another is shown as it was written."""


def why_words(why: str) -> str:
    return str(WHY.get(why, why.replace("_", " ")))


READING_FILTERS = (
    Filter("pour", gettext_lazy("Pour"), lambda: list(WHY.items()), by("why")),
    Filter(
        "depuis",
        gettext_lazy("Depuis"),
        lambda: [("7", _("7 jours")), ("30", _("30 jours")), ("365", _("un an"))],
        lambda rows, value: rows.filter(at__gte=timezone.now() - dt.timedelta(days=int(value))),
    ),
)
FIGURE_FILTERS = (Filter("chiffre", gettext_lazy("Chiffre"), lambda: FigureKey.choices, by("key")),)


def readings_asked(request: HttpRequest) -> QuerySet[IdentityReading]:
    """Readings of one's own schools, as the address bar narrows them."""
    user = user_of(request)
    require(can_follow_readings(user))
    rows = IdentityReading.objects.visible_to(user).select_related("site__school")
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(reader_text__icontains=words)
    return narrowed(rows, READING_FILTERS, request.GET)


@require_GET
@login_required
def readings(request: HttpRequest) -> HttpResponse:
    """GET `/vie-privee/lectures/`: who read names, when, of how many people, what for."""
    rows, after = page_of(readings_asked(request), LATEST, request.GET.get("apres", ""))
    context = tabs_of(request, "readings") | {
        "rows": [(row, why_words(row.why), len(row.members)) for row in rows],
        "after": after,
        "filters": shown(READING_FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(READING_FILTERS, request.GET),
    }
    return render(request, "byod/privacy/readings.html", context)


@require_GET
@login_required
def readings_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/vie-privee/lectures/export.csv`: names nobody but the readers."""
    heads = [_("Quand"), _("Lu par"), _("Pour"), _("Personnes"), _("École"), _("Implantation")]
    rows = in_order(readings_asked(request), LATEST).iterator(chunk_size=500)
    lines = (
        [
            *(row.at, row.reader_text, why_words(row.why), len(row.members)),
            *(row.site.school.name, row.site.name),
        ]
        for row in rows
    )
    return sheet_response(request, "lectures", heads, lines, ending=ending, people=True)


@require_GET
@login_required
def retention_runs(request: HttpRequest) -> HttpResponse:
    """GET `/vie-privee/effacements/`: night by night, what was forgotten."""
    require(can_follow_retention(user_of(request)))
    rows, after = page_of(RetentionRun.objects.all(), LATEST, request.GET.get("apres", ""))
    context = tabs_of(request, "runs") | {
        "rows": [(row, _counts(row)) for row in rows],
        "after": after,
        "late": not RetentionRun.objects.filter(
            finished_at__gte=timezone.now() - dt.timedelta(hours=30)
        ).exists(),
    }
    return render(request, "byod/privacy/runs.html", context)


def _counts(run: RetentionRun) -> list[tuple[str, int]]:
    return [(purpose_words(key), n) for key, n in sorted(run.counts.items())]


@require_POST
@login_required
def retention_start(request: HttpRequest) -> HttpResponse:
    """Run it now, for an officer who changed a duration."""
    require(can_follow_retention(user_of(request)))
    run = run_retention(timezone.now())
    if run is None:
        messages.error(request, _("Un effacement est déjà en cours\u00a0: attendez sa fin."))
    elif run.failed:
        messages.error(request, _("Une partie a échoué\u00a0: elle sera reprise cette nuit."))
    else:
        messages.success(request, _("Effacement terminé."))
    return redirect("byod:retention_runs")


def figures_asked(request: HttpRequest) -> QuerySet[MonthlyFigure]:
    """Figures of the sites that the person sees."""
    user: User = user_of(request)
    rows = MonthlyFigure.objects.visible_to(user).select_related("site__school")
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(site__school__name__icontains=words)
    members = MonthlyFigure.objects.filter(
        site=OuterRef("site"), month=OuterRef("month"), key=FigureKey.MEMBERS
    )
    whole = Case(When(key=FigureKey.AUTHORISED, then=Subquery(members.values("value")[:1])))
    return narrowed(rows.annotate(whole=whole), FIGURE_FILTERS, request.GET)


@require_GET
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """GET `/vie-privee/chiffres/`: what stays when people are forgotten, by site and month."""
    rows, after = page_of(figures_asked(request), BY_MONTH, request.GET.get("apres", ""))
    context = tabs_of(request, "figures") | {
        "rows": rows,
        "after": after,
        "filters": shown(FIGURE_FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FIGURE_FILTERS, request.GET),
    }
    return render(request, "byod/privacy/figures.html", context)


@require_GET
@login_required
def figures_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/vie-privee/chiffres/export.csv`: groups of fewer than five stay « moins de 5 »."""
    heads = [_("Mois"), _("École"), _("Implantation"), _("Chiffre"), _("Valeur")]
    return sheet_response(
        request, "chiffres-mensuels", heads, _figure_cells(figures_asked(request)), ending=ending
    )


def _told(value: int, whole: int | None) -> str:
    return counted_words(value) if whole is None else counted_within(value, whole)


def _figure_cells(rows: QuerySet[MonthlyFigure]) -> Iterator[list[object]]:
    for row in in_order(rows, BY_MONTH).iterator(chunk_size=500):
        yield [
            *(row.month, row.site.school.name, row.site.name, row.get_key_display()),
            _told(row.value, row.whole),  # type: ignore[attr-defined]  # annotated
        ]


urlpatterns: list[URLPattern] = [
    path("vie-privee/lectures/", readings, name="readings"),
    *sheet_paths("vie-privee/lectures/export", readings_export, "readings_export"),
    path("vie-privee/effacements/", retention_runs, name="retention_runs"),
    path("vie-privee/effacements/lancer/", retention_start, name="retention_start"),
    path("vie-privee/chiffres/", figures, name="figures"),
    *sheet_paths("vie-privee/chiffres/export", figures_export, "figures_export"),
]
