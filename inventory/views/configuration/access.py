"""Where a device's command line answers, what it speaks, and which credential set enters it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inventory.actions.configuration.set_access import set_access
from inventory.cli.platforms import platforms, propose
from inventory.models import CliAccess, ObservedDevice
from inventory.views.configuration.panel import reader
from inventory.views.configuration.versions import crumbs_of
from schools.views.doors import user_of

if TYPE_CHECKING:
    AccessModelForm = forms.ModelForm[CliAccess]
else:
    AccessModelForm = forms.ModelForm


class AccessForm(AccessModelForm):
    """The address and platform; credential sets by their names alone."""

    platform = forms.ChoiceField(
        label=gettext_lazy("Plateforme"),
        choices=lambda: [("", "—"), *((p.key, p.name) for p in platforms().values())],
    )

    class Meta:
        model = CliAccess
        fields = ("address", "port", "platform", "credential_set", "enabled")
        help_texts = {
            "credential_set": gettext_lazy("Vide : ceux de l’école, du PO ou de la Région."),
            "enabled": gettext_lazy("Sa configuration est lue chaque jour."),
        }


@require_http_methods(["GET", "POST"])
@login_required
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/equipements/<id>/configuration/acces/`."""
    device = reader(request, pk)
    known = CliAccess.objects.filter(device=device).first()
    here = known or CliAccess(device=device)
    initial: dict[str, Any] = {}
    if known is None:
        seen = ObservedDevice.objects.filter(device=device).first()
        words = (str(device.product), device.product.model, device.product.description)
        platform = propose(*words, *((seen.family, seen.model) if seen else ()))
        initial = {"platform": platform, "address": seen.address if seen else None}
    form = AccessForm(request.POST or None, instance=here, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_access(user_of(request), form.save(commit=False))
        messages.success(request, _("Accès enregistré."))
        return redirect("inventory:configuration_history", pk)
    context = {
        "menu": "configurations",
        "crumbs": crumbs_of(device, _("Accès")),
        "device": device,
        "access": known,
        "form": form,
    }
    return render(request, "inventory/configuration/access.html", context)


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/configuration/acces/", access, name="configuration_access"),
]
