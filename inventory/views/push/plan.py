"""One planned change: what it does, who agreed, how far it is, and the buttons that move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare
from inventory.actions import decide_push_plan as decide
from inventory.actions import drive_push as drive
from inventory.actions.own_reach import own_reach
from inventory.actions.remake_push_plan import remake_push_plan
from inventory.models import PushPlan, PushStep, StepState
from inventory.push_words import (
    ADVICE,
    Badge,
    deeds_for,
    plan_badge,
    step_badge,
    summary_of,
    tallies,
    told_next,
    why_not,
)
from inventory.rules.templates import TemplateRefused
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

SHOWN = 200
"""Devices on the page; the export has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A device of the plan as the page shows it."""

    step: PushStep
    badge: Badge
    advice: str
    retry: bool


def _plan(request: HttpRequest, pk: int) -> PushPlan:
    seen = PushPlan.objects.visible_to(user_of(request)).select_related(
        "template_version__template", "author", "decided_by", "canary_site__school", "replaces"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def push_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/configurations/plans/<id>/`; the live part reads the same address again."""
    plan, user = _plan(request, pk), user_of(request)
    seen = PushStep.objects.visible_to(user).filter(plan=plan)
    light = list(seen.defer("sealed", "marks").select_related("site__school", "device__room"))
    drives = bool(can_prepare(user))
    rows = [_row(step, drives and not plan_is_busy(plan)) for step in _order(light)]
    context = {
        "menu": "push",
        "crumbs": [(_("Changements"), reverse("inventory:push_plans")), (plan.title, None)],
        "plan": plan,
        "badge": plan_badge(plan),
        "summary": summary_of(plan, light),
        "next": told_next(plan),
        "tallies": tallies(plan, light),
        "deeds": deeds_for(user, plan),
        "why_not": why_not(user, plan),
        "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "remakes": plan.remakes.visible_to(user),
        "drives": drives,
    }
    return render(request, "inventory/push/plan.html", context)


def plan_is_busy(plan: PushPlan) -> bool:
    """Whether a failed device may not be tried again now."""
    return plan.state not in ("stopped", "canary", "waves", "held")


_FIRST = ["failed", "rolled_back", "moved", "returning", "pushing", "offline", "waiting"]


def _order(steps: list[PushStep]) -> list[PushStep]:
    """What needs a person first, then as they go."""
    place = {state: n for n, state in enumerate(_FIRST)}
    return sorted(steps, key=lambda s: (place.get(s.state, len(_FIRST)), s.wave, s.site_id, s.pk))


def _row(step: PushStep, drives: bool) -> Row:
    again = step.state in (StepState.FAILED, StepState.ROLLED_BACK, StepState.OFFLINE)
    retry = drives and again and not step.after_hash
    return Row(step, step_badge(step), str(ADVICE.get(step.state, "")), retry)


@require_GET
@login_required
def export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/configurations/plans/<id>/equipements.csv`: every device and what came of it."""
    plan = _plan(request, pk)
    steps = PushStep.objects.visible_to(user_of(request)).filter(plan=plan)
    heads = [
        *(_("Équipement"), _("École"), _("Implantation"), _("Vague"), _("État"), _("Résultat")),
        *(_("Lignes ajoutées"), _("Lignes retirées"), _("Essais"), _("Écrit le"), _("Fini le")),
    ]
    rows = (
        [
            *(step.device.name, step.site.school.name, step.site.name, step.wave),
            *(step.get_state_display(), step.result, step.added, step.removed, step.attempts),
            *(step.wrote_at, step.ended_at),
        ]
        for step in steps.defer("sealed").select_related("device", "site__school")
    )
    return sheet_response(request, f"changement-{pk}", heads, rows, ending=ending)


Act = Callable[[User, int, HttpRequest], Any]


def _seen(request: HttpRequest) -> int:
    """The version that stood in front of the person; 0, which is none, where nothing says so."""
    said = request.POST.get("vu", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def _why(request: HttpRequest) -> str:
    return request.POST.get("motif", "")


DEEDS: dict[str, tuple[Act, Any]] = {
    "soumettre": (
        lambda user, pk, request: decide.submit_push_plan(user, pk),
        gettext_lazy("Soumis : une autre personne peut approuver."),
    ),
    "reprendre": (
        lambda user, pk, request: decide.withdraw_push_plan(user, pk),
        gettext_lazy("Le changement est de nouveau un brouillon."),
    ),
    "approuver": (
        lambda user, pk, request: decide.approve_push_plan(user, pk, _seen(request), _why(request)),
        gettext_lazy("Approuvé. Rien n’est encore écrit."),
    ),
    "refuser": (
        lambda user, pk, request: decide.refuse_push_plan(user, pk, _seen(request), _why(request)),
        gettext_lazy("Refusé. Les équipements sont libres."),
    ),
    "abandonner": (
        lambda user, pk, request: decide.drop_push_plan(user, pk, _why(request)),
        gettext_lazy("Abandonné. Les équipements sont libres."),
    ),
    "commencer": (
        lambda user, pk, request: drive.start_push(user, pk),
        gettext_lazy("La première implantation commence."),
    ),
    "continuer": (
        lambda user, pk, request: drive.continue_push(user, pk),
        gettext_lazy("La première vague commence."),
    ),
    "arreter": (
        lambda user, pk, request: drive.stop_push(user, pk, _why(request)),
        gettext_lazy("Arrêté : plus aucun équipement ne sera écrit."),
    ),
    "revenir": (
        lambda user, pk, request: drive.return_push(user, pk, _why(request)),
        gettext_lazy("Le retour en arrière commence."),
    ),
    "refaire": (
        lambda user, pk, request: remake_push_plan(user, pk, own_reach()),
        gettext_lazy("Nouveau brouillon : relisez-le, puis soumettez."),
    ),
}
"""What stands in the address → the action, and what is said when it is done."""


@require_POST
@login_required
def deed(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """POST `/configurations/plans/<id>/<deed>/`."""
    plan, user = _plan(request, pk), user_of(request)
    if what not in DEEDS:
        raise Http404
    require(can_prepare(user))
    act, said = DEEDS[what]
    try:
        done = act(user, plan.pk, request)
    except (DecisionImpossible, TemplateRefused) as error:
        messages.error(request, str(error))
        return redirect("inventory:push_plan", pk)
    messages.success(request, str(said))
    return redirect("inventory:push_plan", done.pk)


@require_POST
@login_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/configurations/etapes/<id>/reessayer/`."""
    user = user_of(request)
    step = get_object_or_404(PushStep.objects.visible_to(user), pk=pk)
    require(can_prepare(user))
    try:
        drive.retry_push_step(user, step.pk)
    except DecisionImpossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("L’équipement sera réessayé dans un instant."))
    return redirect("inventory:push_plan", step.plan_id)


urlpatterns: list[URLPattern] = [
    path("configurations/plans/<int:pk>/", push_plan, name="push_plan"),
    *sheet_paths("configurations/plans/<int:pk>/equipements", export, "push_plan_export"),
    path("configurations/plans/<int:pk>/<slug:what>/", deed, name="push_deed"),
    path("configurations/etapes/<int:pk>/reessayer/", retry, name="push_retry"),
]
