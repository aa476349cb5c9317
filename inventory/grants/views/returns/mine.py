"""What the schools that one sees owe: the list, one project, more time, who may deposit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Func, IntegerField, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_deposit, can_extend, is_officer
from inventory.grants.actions.returns.deposit import start_resource
from inventory.grants.actions.returns.obligations import (
    answer_extension,
    ask_extension,
    grant_extension,
    invite_depositor,
)
from inventory.grants.forms.returns import ExtensionForm
from inventory.grants.models.returns.obligations import Extension, Obligation
from inventory.grants.rules.returns.due import standing
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Network, Province, School, Site, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

STANDINGS = {
    "done": (gettext_lazy("Rendu"), "ok", "circle-check"),
    "waiting": (gettext_lazy("En validation"), "planned", "hourglass"),
    "late": (gettext_lazy("En retard"), "degraded", "alert-triangle"),
    "near": (gettext_lazy("Dans les deux semaines"), "suspect", "calendar-due"),
    "soon": (gettext_lazy("Bientôt"), "suspect", "calendar-event"),
    "open": (gettext_lazy("À rendre"), "unknown", "book"),
}
"""Where a project stands: words, colour, icon."""


def by_standing(rows: Any, value: str) -> Any:
    """Rows that were ``counted()``, where they stand today."""
    today = timezone.localdate()
    done = Q(accepted__gte=F("owed"))
    handed = Q(owed__lte=F("accepted") + F("waiting"))
    asked = {
        "done": done,
        "waiting": handed & ~done,
        "late": ~handed & Q(due_on__lt=today),
        "open": ~handed & Q(due_on__gte=today),
    }
    return rows.filter(asked[value])


FILTERS = (
    Filter(
        "etat",
        gettext_lazy("État"),
        lambda: [(key, STANDINGS[key][0]) for key in ("open", "late", "waiting", "done")],
        by_standing,
    ),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
    Filter("reseau", gettext_lazy("Réseau"), lambda: Network.choices, by("site__school__network")),
    Filter(
        "prolongation",
        gettext_lazy("Prolongation"),
        lambda: [("demandee", gettext_lazy("demandée"))],
        lambda rows, _value: rows.filter(extensions__state="asked"),
    ),
)
_DAY = Func(
    F("due_on"), template="(%(expressions)s - DATE '2000-01-01')", output_field=IntegerField()
)
DUE = Column("due", kind=int)
"""The due day as a number, which a cursor holds."""
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "echeance": (gettext_lazy("Échéance, la plus proche d’abord"), (DUE, KEY)),
    "ecole": (
        gettext_lazy("École"),
        (Column("site__school__name"), Column("site__name"), KEY),
    ),
}


def obligations_asked(user: User, request: HttpRequest) -> Any:
    """What the address asks for, of what the person sees."""
    rows = (
        Obligation.objects.visible_to(user)
        .standing()
        .counted()
        .select_related("site__school__authority", "award__application__call")
        .annotate(due=_DAY)
    )
    for word in request.GET.get("q", "").replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(site__school__name__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(award__application__title__unaccent__icontains=word)
            | Q(award__application__reference__icontains=word)
        )
    return narrowed(rows, FILTERS, request.GET)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "echeance"


def row_shown(row: Any, today: dt.date) -> dict[str, Any]:
    """An obligation with its badge; it was ``counted()``."""
    key = standing(row.due_on, today, row.owed, row.accepted, row.waiting)
    words, colour, icon = STANDINGS[key]
    return {
        "row": row,
        "standing": key,
        "words": words,
        "colour": colour,
        "icon": icon,
        "left": (row.due_on - today).days,
    }


@require_GET
@login_required
def my_resources(request: HttpRequest) -> HttpResponse:
    """GET `/ressources/a-rendre/`: projects and what each still owes, by due day."""
    user, today, sort = user_of(request), timezone.localdate(), _sort(request)
    asked = obligations_asked(user, request)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    context = {
        "menu": "my_resources",
        "crumbs": [(_("Ressources à rendre"), None)],
        "rows": [row_shown(row, today) for row in rows],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": request.GET.get("q", ""),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
        "officer": is_officer(user),
    }
    return render(request, "grants/returns/mine.html", context)


@require_GET
@login_required
def my_resources_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/ressources/a-rendre/export.csv`: the same filters, the whole list."""
    user, today, sort = user_of(request), timezone.localdate(), _sort(request)
    heads = [
        *(_("Dossier"), _("Projet"), _("Établissement"), _("Implantation"), _("Province")),
        *(_("Réseau"), _("Dues"), _("Acceptées"), _("En validation"), _("Attendu le"), _("État")),
        _("Prolongé jusqu’au"),
    ]
    rows = in_order(obligations_asked(user, request), SORTS[sort][1])
    cells = (
        [
            *(row.award.application.reference, row.award.application.title),
            *(row.site.school.name, row.site.name, row.site.get_province_display()),
            *(row.site.school.get_network_display(), row.owed, row.accepted, row.waiting),
            *(row.due_on, row_shown(row, today)["words"], row.extended_to),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "ressources-a-rendre", heads, cells, ending=ending)


def obligation_of(user: User, pk: int) -> Any:
    """A project's obligation, where the person sees it; else 404."""
    seen = Obligation.objects.visible_to(user).counted()
    return get_object_or_404(
        seen.select_related("site__school__authority", "award__application__call"), pk=pk
    )


@require_GET
@login_required
def obligation(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/a-rendre/<id>/`: what a project owes and gave, the time left, its report."""
    user, today = user_of(request), timezone.localdate()
    row = obligation_of(user, pk)
    may = can_deposit(user, row)
    context = {
        "menu": "my_resources",
        "crumbs": [
            (_("Ressources à rendre"), reverse("grants:my_resources")),
            (str(row), None),
        ],
        "row": row,
        "told": row_shown(row, today),
        "resources": row.resources.select_related("newest", "live").order_by("pk"),
        "depositors": row.depositors.select_related("person"),
        "extensions": row.extensions.all(),
        "asked": row.extensions.filter(state="asked").first(),
        "form": ExtensionForm(initial={"wanted_on": row.due_on + dt.timedelta(days=90)}),
        "report": getattr(row, "follow_up", None),
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "may_extend": bool(can_extend(user)),
    }
    return render(request, "grants/returns/obligation.html", context)


@require_POST
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/a-rendre/<id>/deposer/`: begin a draft and go to its first question."""
    user = user_of(request)
    resource = start_resource(user, obligation_of(user, pk), timezone.now())
    return redirect("grants:write_resource", resource.pk, "contenu")


@require_POST
@login_required
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/a-rendre/<id>/inviter/`."""
    user = user_of(request)
    row = obligation_of(user, pk)
    require(can_deposit(user, row))
    try:
        made = invite_depositor(user, row, request.POST.get("email", ""))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%s peut déposer pour ce projet.") % made.person)
    return redirect("grants:obligation", pk)


@require_POST
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/a-rendre/<id>/prolonger/`: an officer gives time, a school asks for it."""
    user = user_of(request)
    row = obligation_of(user, pk)
    grants = bool(can_extend(user))
    require(can_extend(user) if grants else can_deposit(user, row))
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Donnez une date et dites pourquoi."))
        return redirect("grants:obligation", pk)
    told = (form.cleaned_data["wanted_on"], form.cleaned_data["why"])
    try:
        if grants:
            grant_extension(user, row, *told, timezone.now())
            messages.success(request, _("Prolongation accordée."))
        else:
            ask_extension(user, row, *told)
            messages.success(request, _("Demande envoyée au SPW. Rien ne change d’ici sa réponse."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:obligation", pk)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/a-rendre/prolongation/<id>/`: grant or refuse what was asked."""
    user = user_of(request)
    seen = Extension.objects.filter(obligation__in=Obligation.objects.visible_to(user))
    extension = get_object_or_404(seen.select_related("obligation"), pk=pk)
    require(can_extend(user))
    try:
        grant = request.POST.get("decision") == "oui"
        answer_extension(user, extension, grant, request.POST.get("answer", ""), timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("L’école lit votre réponse."))
    return redirect("grants:obligation", extension.obligation_id)


@require_GET
@login_required
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/a-rendre/implantation/<id>/`: panel of a site: what is owed there."""
    user, today = user_of(request), timezone.localdate()
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    rows = Obligation.objects.visible_to(user).standing().counted().filter(site=site)
    rows = rows.select_related("award__application", "site__school").order_by("due_on")[:6]
    context = {"rows": [row_shown(row, today) for row in rows]}
    return render(request, "grants/returns/_panel.html", context)


@require_GET
@login_required
def school_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ressources/a-rendre/ecole/<id>/`: panel of a school's right: what it owes."""
    user, today = user_of(request), timezone.localdate()
    school = get_object_or_404(School.objects.visible_to(user), pk=pk)
    rows = Obligation.objects.visible_to(user).standing().counted().filter(site__school=school)
    rows = rows.select_related("award__application", "site__school").order_by("due_on")[:6]
    context = {"rows": [row_shown(row, today) for row in rows], "headed": True}
    return render(request, "grants/returns/_panel.html", context)


urlpatterns: list[URLPattern] = [
    path("ressources/a-rendre/", my_resources, name="my_resources"),
    *sheet_paths("ressources/a-rendre/export", my_resources_export, "my_resources_export"),
    path("ressources/a-rendre/<int:pk>/", obligation, name="obligation"),
    path("ressources/a-rendre/<int:pk>/deposer/", start, name="start_resource"),
    path("ressources/a-rendre/<int:pk>/inviter/", invite, name="invite_depositor"),
    path("ressources/a-rendre/<int:pk>/prolonger/", extend, name="extend_obligation"),
    path("ressources/a-rendre/prolongation/<int:pk>/", answer, name="answer_extension"),
    path("ressources/a-rendre/implantation/<int:pk>/", panel, name="site_returns"),
    path("ressources/a-rendre/ecole/<int:pk>/", school_panel, name="school_returns"),
]
