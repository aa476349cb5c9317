"""Appoint reviewers of a call; change what they judge; let them go."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.review import can_review_calls
from inventory.grants.actions.review.appoint import (
    FIELDS,
    appoint,
    change_appointment,
    end_appointment,
)
from inventory.grants.forms.review import AppointmentForm, PersonForm, appointable
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.views.review.board import call_of
from inventory.grants.views.review.doing import after
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """`/examens/appels/<call>/designer/`."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    standing = call.appointments.standing().values("user")
    people = appointable().exclude(pk__in=standing)
    who = PersonForm(request.POST or None, people=people)
    form = AppointmentForm(request.POST or None)
    if request.method == "POST" and who.is_valid() and form.is_valid():
        person = who.cleaned_data["person"]
        appoint(user, call, person, form.cleaned_data, timezone.now())
        messages.success(request, _("%(who)s examine des dossiers de cet appel.") % {"who": person})
        return redirect("grants:review_board", pk)
    context = {
        "menu": "reviews",
        "crumbs": [
            (_("Mes examens"), reverse("grants:reviews")),
            (call.reference, reverse("grants:review_board", args=[pk])),
            (_("Désigner un évaluateur"), None),
        ],
        "call": call,
        "who": who,
        "form": form,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "grants/review/appoint.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """`/examens/designations/<id>/`: refused with what stands where somebody wrote meanwhile."""
    user = user_of(request)
    row = get_object_or_404(Appointment.objects.visible_to(user), pk=pk)
    require(can_review_calls(user))
    error = ""
    initial = {name: getattr(row, name) for name in FIELDS}
    form = AppointmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = request.POST.get("version", "")
        seen = int(told) if told.isdecimal() and len(told) < 10 else 0
        try:
            change_appointment(user, pk, form.cleaned_data, seen, timezone.now())
        except DecisionImpossible as refused:
            error = str(refused)
            row.refresh_from_db()
        else:
            messages.success(request, _("Désignation modifiée."))
            return redirect("grants:review_board", row.call_id)
    context = {
        "menu": "reviews",
        "crumbs": [
            (_("Mes examens"), reverse("grants:reviews")),
            (row.call.reference, reverse("grants:review_board", args=[row.call_id])),
            (str(row.user), None),
        ],
        "row": row,
        "call": row.call,
        "form": form,
        "error": error,
    }
    status = 409 if error else 400 if request.method == "POST" else 200
    return render(request, "grants/review/appoint.html", context, status=status)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/designations/<id>/terminer/`: with a reason."""
    user = user_of(request)
    row = get_object_or_404(Appointment.objects.visible_to(user), pk=pk)
    why = request.POST.get("why", "").replace("\x00", "")
    return after(
        request,
        lambda: end_appointment(user, pk, why, timezone.now()),
        _("Désignation terminée."),
        reverse("grants:review_board", args=[row.call_id]),
    )


urlpatterns: list[URLPattern] = [
    path("examens/appels/<int:pk>/designer/", new, name="appoint_reviewer"),
    path("examens/designations/<int:pk>/", change, name="change_reviewer"),
    path("examens/designations/<int:pk>/terminer/", end, name="end_reviewer"),
]
