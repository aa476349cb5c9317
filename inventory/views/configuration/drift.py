"""An unplanned change: what was expected beside what the device shows; accepting it, or the way
back to what its template intends."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_put_back
from inventory.actions.configuration.settle_drift import accept_drift
from inventory.actions.own_reach import own_reach
from inventory.actions.put_back import put_back
from inventory.intended_shown import intended_of
from inventory.models import ConfigDrift, ConfigTemplate, DriftState
from inventory.views.configuration.panel import reader
from inventory.views.configuration.versions import crumbs_of, diff_context
from schools.views.doors import user_of


def _drift(request: HttpRequest, pk: int) -> ConfigDrift:
    seen = ConfigDrift.objects.visible_to(user_of(request)).select_related(
        "device__site__school__authority",
        "device__product",
        "before__blob",
        "after__blob",
        "after__actor",
        "decided_by",
    )
    row = get_object_or_404(seen, pk=pk)
    reader(request, row.device_id)
    return row


@require_GET
@login_required
def drift(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/configurations/changements/<id>/`."""
    row = _drift(request, pk)
    context = {
        **diff_context(request, row.before, row.after),
        "menu": "configurations",
        "crumbs": crumbs_of(row.device, _("Changement imprévu")),
        "row": row,
        "device": row.device,
        "open": row.state == DriftState.OPEN,
    }
    if row.state == DriftState.OPEN:
        context["intended"] = intended_of(user_of(request), row.device, own_reach())
    return render(request, "inventory/configuration/drift.html", context)


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/configurations/changements/<id>/accepter/`: `vu` is the version that was shown."""
    row = _drift(request, pk)
    shown = request.POST.get("vu", "")
    try:
        accept_drift(
            user_of(request),
            row,
            int(shown) if shown.isdecimal() and len(shown) < 18 else 0,
            request.POST.get("motif", ""),
        )
    except DecisionImpossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Accepté : c’est la configuration voulue à partir d’ici."))
    return redirect("inventory:drift", pk)


@require_POST
@login_required
def put_device_back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/<id>/configuration/remettre/`: `modele` says what is intended. A draft for
    this device alone, to be submitted."""
    device = reader(request, pk)
    user = user_of(request)
    require(can_put_back(user, device.site, timezone.localdate()))
    asked = request.POST.get("modele", "")
    known = ConfigTemplate.objects.visible_to(user)
    chosen = known.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    try:
        plan = put_back(user, device, chosen, own_reach())
    except DecisionImpossible as error:
        messages.error(request, str(error))
        return redirect("inventory:configuration_history", pk)
    messages.success(request, _("Brouillon enregistré. Relisez-le, puis soumettez-le."))
    return redirect("inventory:push_plan", plan.pk)


urlpatterns: list[URLPattern] = [
    path("configurations/changements/<int:pk>/", drift, name="drift"),
    path("configurations/changements/<int:pk>/accepter/", accept, name="drift_accept"),
    path(
        "equipements/<int:pk>/configuration/remettre/",
        put_device_back,
        name="configuration_put_back",
    ),
]
