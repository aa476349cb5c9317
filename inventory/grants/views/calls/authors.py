"""Who writes a file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.access import DecisionImpossible
from inventory.grants.actions.calls.start_application import add_author, remove_author
from inventory.grants.models.calls.applications import Application
from inventory.grants.views.calls.applications import application_of
from schools.views.doors import user_of


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/auteurs/`: ``person``."""
    row = application_of(user_of(request), pk)
    key = request.POST.get("person", "")
    person = int(key) if key.isdecimal() and len(key) < 19 else 0
    try:
        author = add_author(user_of(request), row.pk, person, timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(who)s rédige aussi ce dossier.") % {"who": author.user})
    return redirect("grants:application", pk)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, author: int) -> HttpResponse:
    """POST `/dossiers/<id>/auteurs/<id>/retirer/`."""
    user = user_of(request)
    row = application_of(user, pk)
    try:
        remove_author(user, row.pk, author, timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    if not Application.objects.visible_to(user).filter(pk=pk).exists():
        return redirect("grants:my_applications")  # they took themselves away
    return redirect("grants:application", pk)


urlpatterns: list[URLPattern] = [
    path("dossiers/<int:pk>/auteurs/", add, name="add_author"),
    path("dossiers/<int:pk>/auteurs/<int:author>/retirer/", remove, name="remove_author"),
]
