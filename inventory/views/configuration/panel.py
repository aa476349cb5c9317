"""The panel on a device's page: in which state its configuration is, and having it read now."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from inventory.access import DecisionImpossible
from inventory.access.configuration import can_back_up, can_read_text
from inventory.actions.configuration.ask import ask_backup, resume_backups, trust_new_key
from inventory.cli.platforms import platforms
from inventory.listing_configurations import WORDS, state_of
from inventory.models import CliAccess, ConfigBackup, ConfigDrift, ConfigFailure, Device
from inventory.tasks import back_up_these
from schools.rules import Refused
from schools.views.doors import user_of

STOP_ASKING = 286
"""What htmx takes for the end of a polling trigger."""
LAST = 4


def device_of(request: HttpRequest, pk: int) -> Device:
    """The device, if the person sees it. Raises Http404."""
    seen = Device.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("product", "site__school__authority"), pk=pk)


def access_of(device: Device) -> CliAccess:
    """Its command line. Raises Http404 where nobody described one."""
    found = CliAccess.objects.select_related("device__site__school", "wanted_by")
    return get_object_or_404(found, device=device)


def reader(request: HttpRequest, pk: int) -> Device:
    """The device, for those who may read its configuration. Raises Http404, PermissionDenied."""
    device = device_of(request, pk)
    answer = can_read_text(user_of(request), device)
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    return device


@require_GET
@login_required
def device_configuration(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/configuration/`: the panel; for htmx again until a reading ends."""
    device = device_of(request, pk)
    context = panel_context(request, device)
    access = context["access"]
    waits = access is not None and access.is_awaited
    polled = request.GET.get("suivre") == "oui"
    status = STOP_ASKING if polled and not waits else 200
    return render(request, "inventory/configuration/_panel.html", context, status=status)


def panel_context(request: HttpRequest, device: Device) -> dict[str, Any]:
    """What panel and history show above the versions."""
    user, now = user_of(request), timezone.now()
    access = CliAccess.objects.select_related("wanted_by").filter(device=device).first()
    drift = ConfigDrift.objects.open().filter(device=device).first()
    failure = ConfigFailure.objects.filter(device=device, ended_at=None).first()
    versions = ConfigBackup.objects.filter(device=device).select_related("actor", "blob")
    answer = can_back_up(user, device, timezone.localdate())
    known = platforms().get(access.platform) if access else None
    return {
        "device": device,
        "access": access,
        "word": WORDS[state_of(access, now, drifted=drift is not None)] if access else None,
        "drift": drift,
        "failure": failure,
        "platform": known.name if known else (access.platform if access else ""),
        "reads": bool(can_read_text(user, device)),
        "may": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "versions": list(versions.defer("blob__sealed").order_by("-at", "-pk")[:LAST]),
    }


@require_POST
@login_required
def back_up_now(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/<id>/configuration/lire/`: have it read at once."""
    device = reader(request, pk)
    access = access_of(device)
    try:
        ask_backup(user_of(request), access, timezone.now())
    except DecisionImpossible as error:
        messages.error(request, str(error))
    else:
        transaction.on_commit(lambda: _hurry(access.pk), robust=True)
    if request.headers.get("HX-Request"):
        context = panel_context(request, device)
        return render(request, "inventory/configuration/_panel.html", context)
    return redirect("inventory:configuration_history", pk)


def _hurry(key: int) -> None:
    """Without broker the clock does it, a few seconds later."""
    with suppress(OperationalError, OSError):
        back_up_these.apply_async(([key],), retry=False, expires=60)


@require_POST
@login_required
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/<id>/configuration/debloquer/`: a person has looked; `cle` is the
    fingerprint of another SSH key, that they compared and take for the device's own."""
    device = reader(request, pk)
    access = access_of(device)
    key = request.POST.get("cle", "")
    try:
        if key:
            trust_new_key(user_of(request), access, key)
        else:
            resume_backups(user_of(request), access)
    except DecisionImpossible as error:
        messages.error(request, str(error))
        return redirect("inventory:configuration_history", pk)
    transaction.on_commit(lambda: _hurry(access.pk), robust=True)
    messages.success(request, _("Débloqué : la configuration sera relue dans les secondes."))
    return redirect("inventory:configuration_history", pk)


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/configuration/", device_configuration, name="device_configuration"),
    path("equipements/<int:pk>/configuration/lire/", back_up_now, name="configuration_read"),
    path("equipements/<int:pk>/configuration/debloquer/", resume, name="configuration_resume"),
]
