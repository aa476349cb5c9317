"""Prepare a change in four steps. The answers stand in the address: going back loses nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import DecisionImpossible
from inventory.access.push import can_prepare
from inventory.actions.make_push_plan import (
    MOST_DEVICES,
    Asked,
    Drafted,
    candidates,
    draft_steps,
    make_push_plan,
)
from inventory.actions.own_reach import own_reach
from inventory.forms.push import HowForm, WhereForm, WhichForm
from inventory.models import ConfigTemplate, Device, StepState
from inventory.rules.templates import TemplateRefused
from schools.models import Province, User
from schools.rules import Refused
from schools.views.doors import user_of

STEPS = 4
DIFFS_SHOWN = 5
WORDS = 6


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address says so far."""

    template: ConfigTemplate | None
    devices: list[Device]
    too_many: bool


def chosen_in(user: User, query: QueryDict) -> Chosen:
    """The template, and the devices that the second step narrows to."""
    key = str(query.get("modele", ""))
    found = ConfigTemplate.objects.visible_to(user).filter(retired_at=None)
    template = found.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    rows = candidates(user)
    if query.get("province") in Province.values:
        rows = rows.filter(site__province=query["province"])
    for word in str(query.get("mots", "")).split()[:WORDS]:
        rows = rows.filter(
            Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
            | Q(site__school__authority__name__unaccent__icontains=word)
            | Q(site__number=word)
        )
    if name := str(query.get("nom", "")).strip()[:60]:
        rows = rows.filter(name__icontains=name)
    devices = list(rows[: MOST_DEVICES + 1])
    return Chosen(template, devices[:MOST_DEVICES], len(devices) > MOST_DEVICES)


@require_http_methods(["GET", "POST"])
@login_required
def push_plan_new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/configurations/plans/nouveau/`: only the last step's POST writes."""
    user = user_of(request)
    answer = can_prepare(user)
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    said = request.POST if request.method == "POST" else request.GET
    asked = str(said.get("etape", "1"))
    step = int(asked) if asked in {"1", "2", "3", "4"} else 1
    chosen = chosen_in(user, said)
    if chosen.template is None and step > 1:
        messages.warning(request, _("Choisissez d’abord un modèle."))
        step = 1
    form = HowForm(_sites(chosen.devices), said if step == STEPS else None)
    if step == STEPS and not form.is_valid():
        step = 3
    if request.method == "POST" and step == STEPS:
        return _make(request, user, chosen, form)
    return render(request, "inventory/push/new.html", _context(request, said, step, chosen, form))


def _sites(devices: list[Device]) -> list[tuple[int, str]]:
    return list({device.site_id: str(device.site) for device in devices}.items())


def _context(
    request: HttpRequest, said: QueryDict, step: int, chosen: Chosen, how: HowForm
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "menu": "push",
        "crumbs": [
            (_("Changements"), reverse("inventory:push_plans")),
            (_("Nouveau changement"), None),
        ],
        "step": step,
        "next_step": step + 1,
        "kept": _kept(said, step),
        "back": _back(said, step),
        "template": chosen.template,
        "devices": len(chosen.devices),
        "sites": len(_sites(chosen.devices)),
        "too_many": chosen.too_many,
        "most": MOST_DEVICES,
        "form": {1: WhichForm, 2: WhereForm}.get(step, HowForm),
    }
    if step == 1:
        context["form"] = WhichForm(initial={"modele": said.get("modele")})
        context["any"] = ConfigTemplate.objects.filter(retired_at=None).exists()
    elif step == 2:
        context["form"] = WhereForm(initial=said.dict())
    elif step == 3:
        context["form"] = (
            how if how.is_bound else HowForm(_sites(chosen.devices), initial=_how(said))
        )
    else:
        context |= _recap(chosen, how)
    return context


NAMES = {
    1: ("modele",),
    2: ("province", "mots", "nom"),
    3: ("objet", "motif", "premiere", "observation", "vague", "jours"),
}


def _how(said: QueryDict) -> dict[str, Any]:
    start = {"observation": 15, "vague": 5, "jours": 7}
    return start | {name: said[name] for name in NAMES[3] if said.get(name)}


def _kept(said: QueryDict, step: int) -> list[tuple[str, str]]:
    """Answers of the other steps, which the form of this one carries along."""
    others = [name for at, names in NAMES.items() if at != step for name in names]
    return [(name, str(said[name])) for name in others if said.get(name)]


def _back(said: QueryDict, step: int) -> str:
    query = said.copy()
    query.pop("csrfmiddlewaretoken", None)
    query["etape"] = str(step - 1)
    return f"?{query.urlencode()}" if step > 1 else reverse("inventory:push_plans")


def _recap(chosen: Chosen, how: HowForm) -> dict[str, Any]:
    """What would be written, and what is left out and why; nothing is kept yet."""
    assert chosen.template is not None  # the first step
    version = chosen.template.newest()
    try:
        drafted = draft_steps(version, chosen.devices, own_reach(), timezone.now())
    except TemplateRefused as refused:
        return {"refused": str(refused), "version": version}
    waiting = [one for one in drafted if one.state == StepState.WAITING]
    return {
        "version": version,
        "how": how.cleaned_data,
        "waiting": waiting[:DIFFS_SHOWN],
        "writes": len(waiting),
        "writes_sites": len({one.device.site_id for one in waiting}),
        "reasons": _reasons(drafted),
    }


def _reasons(drafted: list[Drafted]) -> list[tuple[str, int]]:
    return Counter(one.reason for one in drafted if one.reason).most_common()


def _make(request: HttpRequest, user: User, chosen: Chosen, form: HowForm) -> HttpResponse:
    assert chosen.template is not None  # the first step
    how = form.cleaned_data
    asked = Asked(
        how["objet"],
        chosen.template.newest(),
        how["motif"],
        canary=how["premiere"],
        first_wave=how["vague"],
        hold_min=how["observation"],
        days=how["jours"],
    )
    try:
        plan = make_push_plan(user, asked, chosen.devices, own_reach())
    except (DecisionImpossible, TemplateRefused) as error:
        messages.error(request, str(error))
        context = _context(request, request.POST, STEPS, chosen, form)
        return render(request, "inventory/push/new.html", context)
    messages.success(request, _("Brouillon enregistré. Relisez-le, puis soumettez-le."))
    return redirect("inventory:push_plan", plan.pk)


urlpatterns: list[URLPattern] = [
    path("configurations/plans/nouveau/", push_plan_new, name="push_plan_new"),
]
