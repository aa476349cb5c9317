"""Resource centres, kept by officers, and the advisers who validate for them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.returns import can_keep_centres
from inventory.grants.actions.returns.centres import end_validator, keep_centre, name_validator
from inventory.grants.forms.returns import CentreForm
from inventory.grants.models.returns.resources import CentreValidator, ResourceCentre
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def centres(request: HttpRequest) -> HttpResponse:
    """GET and POST `/ressources/centres/`: the list; a new one."""
    user = user_of(request)
    require(can_keep_centres(user))
    form = CentreForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = keep_centre(user, ResourceCentre(), form.cleaned_data)
            return redirect("grants:centre", row.pk)
        except DecisionImpossible as refused:
            form.add_error("key", str(refused))
    rows = ResourceCentre.objects.annotate(
        advisers=Count("validators", filter=Q(validators__ended_at=None), distinct=True)
    )
    context = {
        "menu": "resources",
        "crumbs": [
            (_("Ressources rendues"), reverse("grants:resources")),
            (_("Centres de ressources"), None),
        ],
        "rows": rows,
        "form": form,
    }
    return render(request, "grants/returns/centres.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def centre(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/ressources/centres/<id>/`: change it; who validates."""
    user = user_of(request)
    require(can_keep_centres(user))
    row = get_object_or_404(ResourceCentre, pk=pk)
    known = {name: getattr(row, name) for name in CentreForm.base_fields}
    form = CentreForm(request.POST if request.method == "POST" else None, initial=known)
    form.fields["key"].disabled = True
    if request.method == "POST" and form.is_valid():
        keep_centre(user, row, form.cleaned_data)
        messages.success(request, _("Enregistré."))
        return redirect("grants:centre", pk)
    context = {
        "menu": "resources",
        "crumbs": [
            (_("Centres de ressources"), reverse("grants:centres")),
            (row.name, None),
        ],
        "row": row,
        "form": form,
        "validators": row.validators.filter(ended_at=None).select_related("person"),
    }
    return render(request, "grants/returns/centre.html", context)


@require_POST
@login_required
def validator(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/centres/<id>/conseiller/`."""
    user = user_of(request)
    require(can_keep_centres(user))
    row = get_object_or_404(ResourceCentre, pk=pk)
    try:
        name_validator(user, row, request.POST.get("email", ""))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:centre", pk)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ressources/conseillers/<id>/fin/`."""
    user = user_of(request)
    require(can_keep_centres(user))
    row = get_object_or_404(CentreValidator.objects.select_related("centre", "person"), pk=pk)
    end_validator(user, row, timezone.now())
    return redirect("grants:centre", row.centre_id)


urlpatterns: list[URLPattern] = [
    path("ressources/centres/", centres, name="centres"),
    path("ressources/centres/<int:pk>/", centre, name="centre"),
    path("ressources/centres/<int:pk>/conseiller/", validator, name="centre_validator"),
    path("ressources/conseillers/<int:pk>/fin/", end, name="end_validator"),
]
