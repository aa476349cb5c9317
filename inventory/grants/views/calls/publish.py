"""Publish, put off, close early: each names its consequence before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import DecisionImpossible
from inventory.grants.access.calls.facts import word_of
from inventory.grants.actions.calls.publish_call import (
    close_call,
    extend_call,
    preview_of,
    publish_call,
)
from inventory.grants.forms.calls.version import closing_form
from inventory.grants.models.calls.applications import Application
from inventory.grants.rules.calls.eligibility import told
from inventory.grants.rules.calls.form_edit import changes_between
from inventory.grants.views.calls.call import call_of, shell_of
from inventory.grants.views.calls.edit import Frozen, _frozen, draft_seen
from inventory.grants.views.calls.reading import preview_parts
from inventory.grants.views.calls.shown import phase_shown
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/publier/`: what a yes does, then the yes."""
    user, now = user_of(request), timezone.now()
    call_of(user, pk)
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    if request.method == "POST":
        seen = request.POST.get("vu", "")
        try:
            revision = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
            publish_call(user, pk, revision, now)
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
            return redirect("grants:publish_call", pk)
        messages.success(request, _("Publié. Cette version est figée."))
        return redirect("grants:call", pk)
    context = {
        **shell_of(row, version, _("Publier")),
        "will": preview_of(version, now),
        "conditions": told(version.eligibility, word_of),
        "parts": preview_parts(version.form.content),
        "changes": _changes(row, version),
        "was": row.current,
    }
    return render(request, "grants/calls/publish.html", context)


def _changes(row: Any, version: Any) -> list[Any]:
    if row.current is None or row.current.form_id == version.form_id:
        return []
    return changes_between(row.current.form.content, version.form.content)


@require_http_methods(["GET", "POST"])
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/prolonger/`."""
    return _close(request, pk, extending=True)


@require_http_methods(["GET", "POST"])
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/cloturer/`: early, from now on."""
    return _close(request, pk, extending=False)


def _close(request: HttpRequest, pk: int, *, extending: bool) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    row = call_of(user, pk)
    version = row.current
    if version is None:
        messages.error(request, _("Cet appel n’est pas encore publié."))
        return redirect("grants:call", pk)
    form = closing_form(request.POST or None, extend=extending, initial=version.closes_at)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if extending:
                extend_call(user, pk, said["closes_at"], said["why"], now)
            else:
                close_call(user, pk, said["why"], now)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Publié, avec le motif."))
            return redirect("grants:call", pk)
    title = _("Prolonger") if extending else _("Clôturer avant terme")
    context = {
        **shell_of(row, version, title),
        "title": title,
        "form": form,
        "extending": extending,
        "phase": phase_shown(row, now),
        "in_hand": Application.objects.filter(call=row).in_hand().count(),
    }
    return render(request, "grants/calls/close.html", context)


urlpatterns: list[URLPattern] = [
    path("appels/gestion/<int:pk>/publier/", publish, name="publish_call"),
    path("appels/gestion/<int:pk>/prolonger/", extend, name="extend_call"),
    path("appels/gestion/<int:pk>/cloturer/", close, name="close_call"),
]
