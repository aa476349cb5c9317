"""A decision looked at again: asked by the school, taken and answered by somebody else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.grants.actions.review.reconsider import (
    answer_reconsideration,
    ask_reconsideration,
    take_reconsideration,
)
from inventory.grants.models.review.decisions import Reconsideration
from inventory.grants.views.review.decisions import decision_of
from inventory.grants.views.review.doing import after
from schools.views.doors import user_of


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/<id>/reexamen/`."""
    user = user_of(request)
    decision_of(user, pk)
    text = request.POST.get("text", "").replace("\x00", "")
    return after(
        request,
        lambda: ask_reconsideration(user, pk, text, timezone.now()),
        _("Réexamen demandé. Quelqu’un d’autre que les premiers le traitera."),
        reverse("grants:decision", args=[pk]),
    )


@require_POST
@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/reexamens/<id>/prendre/`."""
    user = user_of(request)
    row = get_object_or_404(Reconsideration.objects.visible_to(user), pk=pk)
    return after(
        request,
        lambda: take_reconsideration(user, pk, timezone.now()),
        _("Vous réexaminez ce dossier."),
        reverse("grants:decision", args=[row.decision_id]),
    )


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/decisions/reexamens/<id>/repondre/`: `issue=reformee` awards, else it upholds."""
    user = user_of(request)
    row = get_object_or_404(Reconsideration.objects.visible_to(user), pk=pk)
    text = request.POST.get("answer", "").replace("\x00", "")
    change = request.POST.get("issue") == "reformee"
    return after(
        request,
        lambda: answer_reconsideration(user, pk, text, timezone.now(), change=change),
        _("Réponse donnée à l’école."),
        reverse("grants:decision", args=[row.decision_id]),
    )


urlpatterns: list[URLPattern] = [
    path("decisions/<int:pk>/reexamen/", ask, name="ask_reconsideration"),
    path("decisions/reexamens/<int:pk>/prendre/", take, name="take_reconsideration"),
    path("decisions/reexamens/<int:pk>/repondre/", answer, name="answer_reconsideration"),
]
