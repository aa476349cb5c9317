"""Changing many devices: the selection, the form, and taking a run back."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from inventory.access.imports import can_import_devices
from inventory.actions.edit_in_bulk import AT_ONCE, edit_in_bulk, undo_import
from inventory.forms.bulk import BulkForm
from inventory.listing import devices_asked
from inventory.models import Device
from inventory.models.devices import DeviceQuerySet
from schools import tasks
from schools.access import ImportRefused
from schools.actions.read_import import read_import
from schools.models import ImportRun, User
from schools.rules import Refused
from schools.views.doors import user_of

SHOWN = 8


@require_POST
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """POST `/equipements/modifier/`: the rows ticked (``device``), or with ``all`` every one that
    the filters of ``query`` give. With ``step=preview`` the form was filled in."""
    user = _keeper(request)
    chosen = _chosen(user, request.POST)
    form = BulkForm(request.POST if request.POST.get("step") == "preview" else None)
    if form.is_bound and form.is_valid():
        try:
            run = edit_in_bulk(user, chosen, form.said())
        except ImportRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _previewed(run, chosen.count())
    count = chosen.count()
    if not count:
        messages.error(request, _("Aucun équipement choisi : cochez au moins une ligne."))
        return redirect("inventory:devices")
    context = {
        "menu": "devices",
        "crumbs": [(_("Équipements"), reverse("inventory:devices")), (_("Modifier"), None)],
        "form": form,
        "count": count,
        "keys": [] if request.POST.get("all") else list(chosen.values_list("pk", flat=True)),
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "first": list(chosen.order_by("name", "pk").select_related("site__school")[:SHOWN]),
        "more": max(count - SHOWN, 0),
    }
    return render(request, "inventory/devices_bulk.html", context)


def _keeper(request: HttpRequest) -> User:
    """Whoever knocks, if they keep equipment. Raises PermissionDenied with the reason."""
    user = user_of(request)
    if isinstance(answer := can_import_devices(user), Refused):
        raise PermissionDenied(answer.why)
    return user


def _chosen(user: User, said: QueryDict) -> DeviceQuerySet:
    """The devices that were chosen, of those that the person sees."""
    if said.get("all"):
        return devices_asked(user, QueryDict(said.get("query", ""))).order_by()
    keys = [int(key) for key in said.getlist("device") if key.isdecimal()]
    return Device.objects.visible_to(user).filter(pk__in=keys)


def _previewed(run: ImportRun, count: int) -> HttpResponse:
    """A short one is read at once; a long one by a worker, whose progress the page shows."""
    if count <= AT_ONCE:
        read_import(run.pk)
    else:
        with suppress(OperationalError, OSError):
            tasks.read_import.apply_async((run.pk,), retry=False)
    return redirect("schools:import", run.pk)


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/imports/<pk>/annuler/`: a run that gives back what this one changed."""
    run = get_object_or_404(ImportRun.objects.visible_to(user_of(request)), pk=pk)
    user = _keeper(request)  # after the look: a stranger's run is not there
    try:
        found = undo_import(user, run)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("schools:import", run.pk)
    return _previewed(found, run.done)


urlpatterns: list[URLPattern] = [
    path("equipements/modifier/", bulk, name="devices_bulk"),
    path("equipements/imports/<int:pk>/annuler/", undo, name="devices_undo"),
]
