"""Sending a file of devices, and the sheet to fill in. The run has its page at `/imports/`."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from kombu.exceptions import OperationalError

from inventory.access.imports import can_import_devices
from inventory.forms.device_import import DeviceImportForm
from inventory.imports.columns import DEVICES
from inventory.imports.template_sheet import template_sheet
from schools import tasks
from schools.access import ImportRefused
from schools.actions.start_import import start_import
from schools.imports.reading import FileRefused
from schools.models import User
from schools.rules import Refused
from schools.sheets import FORMATS, XLSX
from schools.views.doors import user_of


def _importer(request: HttpRequest) -> User:
    """Whoever knocks, if they may import. Raises PermissionDenied with the reason."""
    user = user_of(request)
    if isinstance(answer := can_import_devices(user), Refused):
        raise PermissionDenied(answer.why)
    return user


@require_http_methods(["GET", "POST"])
@login_required
def devices_import(request: HttpRequest) -> HttpResponse:
    """GET and POST `/equipements/importer/`."""
    user = _importer(request)
    form = DeviceImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        today = timezone.localdate()
        options = {name: form.cleaned_data[name] for name in ("create_rooms", "create_products")}
        try:
            run = start_import(user, DEVICES.kind, sent, sent.name, today, options=options)
        except (ImportRefused, FileRefused) as refused:
            form.add_error("file", str(refused))
        else:
            with suppress(OperationalError, OSError):  # without broker the clock does it
                tasks.read_import.apply_async((run.pk,), retry=False)
            return redirect("schools:import", run.pk)
    context = {
        "menu": "devices",
        "crumbs": [(_("Équipements"), reverse("inventory:devices")), (_("Importer"), None)],
        "form": form,
        "columns": DEVICES.columns,
    }
    return render(request, "inventory/devices_import.html", context)


@require_GET
@login_required
def template(request: HttpRequest) -> HttpResponse:
    """GET `/equipements/modele.xlsx`: the columns, with lists to choose from."""
    content = template_sheet(_importer(request))
    response = HttpResponse(content, content_type=FORMATS[XLSX])
    response["Content-Disposition"] = 'attachment; filename="modele-equipements.xlsx"'
    return response


urlpatterns: list[URLPattern] = [
    path("equipements/importer/", devices_import, name="devices_import"),
    path("equipements/modele.xlsx", template, name="devices_template"),
]
