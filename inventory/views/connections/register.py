"""Sending a file of the infrastructure register; the run itself has its page at `/imports/`."""

from __future__ import annotations

from contextlib import suppress

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from inventory.access import require
from inventory.access.connections import can_keep_contracts
from inventory.imports.infrastructure import LAYOUT
from schools import tasks
from schools.access import ImportRefused
from schools.actions.start_import import start_import
from schools.imports.reading import FileRefused
from schools.views.doors import user_of


class RegisterForm(forms.Form):
    """A file, and the day of which it tells."""

    file = forms.FileField(label=gettext_lazy("Fichier (CSV ou XLSX)"))
    as_of = forms.DateField(
        label=gettext_lazy("État au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )


@require_http_methods(["GET", "POST"])
@login_required
def register_import(request: HttpRequest) -> HttpResponse:
    """GET and POST `/connexions/cadastre/`."""
    user = user_of(request)
    require(can_keep_contracts(user))
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent, as_of = form.cleaned_data["file"], form.cleaned_data["as_of"]
        try:
            run = start_import(user, LAYOUT.kind, sent, sent.name, as_of)
        except (ImportRefused, FileRefused) as refused:
            form.add_error("file", str(refused))
        else:
            with suppress(OperationalError, OSError):  # without broker the clock does it
                tasks.read_import.apply_async((run.pk,), retry=False)
            return redirect("schools:import", run.pk)
    context = {
        "menu": "connections",
        "crumbs": [
            (_("Connexions"), reverse("inventory:connections")),
            (_("Importer le cadastre"), None),
        ],
        "form": form,
        "columns": LAYOUT.columns,
    }
    return render(request, "inventory/connections/register.html", context)


urlpatterns: list[URLPattern] = [
    path("connexions/cadastre/", register_import, name="register_import"),
]
