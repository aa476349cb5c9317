"""Parts of a call in preparation: texts, dates, conditions, judging, decisions, documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.actions.calls.write_call import (
    add_document,
    remove_document,
    write_version,
)
from inventory.grants.forms.calls.judging import (
    CRITERIA,
    RankingForm,
    read_judging,
    write_anchors,
)
from inventory.grants.forms.calls.version import (
    DatesForm,
    DecisionTextsForm,
    EligibilityForm,
    TextsForm,
)
from inventory.grants.models.calls.published import Call, CallVersion
from inventory.grants.rules.calls.grid import GridRefused
from inventory.grants.views.calls.call import call_of, shell_of
from schools.agreements.papers import PaperRefused, read_paper
from schools.forms.agreements import PaperForm
from schools.models import User
from schools.views.doors import user_of

PARTS: dict[str, tuple[Any, Any]] = {
    "textes": (gettext_lazy("Textes"), TextsForm),
    "cadre": (gettext_lazy("Dates et cadre"), DatesForm),
    "conditions": (gettext_lazy("Conditions"), EligibilityForm),
    "decisions": (gettext_lazy("Textes des décisions"), DecisionTextsForm),
}


def draft_seen(user: User, pk: int) -> tuple[Call, CallVersion]:
    """A call and its draft, for who keeps calls; a published one leads back to its page."""
    row = call_of(user, pk)
    version = row.versions.draft().select_related("form").first()
    if version is None:
        raise Frozen
    return row, version


class Frozen(Exception):
    """There is no draft to write."""


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/modifier/<part>/`."""
    user = user_of(request)
    call_of(user, pk)
    if part not in PARTS:
        raise Http404
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    label, kind = PARTS[part]
    form = kind(request.POST or None, instance=version)
    if request.method == "POST" and form.is_valid():
        try:
            write_version(user, pk, form.values(), form.cleaned_data["vu"])
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Enregistré."))
            return redirect("grants:call", pk)
    context = {**shell_of(row, version, str(label)), "form": form, "title": label, "part": part}
    return render(request, "grants/calls/edit.html", context)


def _frozen(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(
        request,
        _("Cet appel est publié\u00a0: il est figé. Ouvrez une correction pour le changer."),
    )
    return redirect("grants:call", pk)


@require_http_methods(["GET", "POST"])
@login_required
def judging(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/grille/`: criteria with anchors, and the ranking."""
    user = user_of(request)
    call_of(user, pk)
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    criteria = CRITERIA(request.POST or None, initial=_criteria(version), prefix="c")
    ranking = RankingForm(request.POST or None, initial=_ranking(version))
    if request.method == "POST" and criteria.is_valid() and ranking.is_valid():
        try:
            values = read_judging(criteria, ranking)
            write_version(user, pk, values, ranking.cleaned_data["vu"])
        except GridRefused:
            ranking.add_error(None, _("Un critère est incomplet\u00a0: vérifiez points et seuils."))
        except DecisionImpossible as refused:
            ranking.add_error(None, str(refused))
        else:
            messages.success(request, _("Enregistré."))
            return redirect("grants:call", pk)
    tab = _("Grille et classement")
    context = {**shell_of(row, version, tab), "criteria": criteria, "ranking": ranking}
    return render(request, "grants/calls/judging.html", context)


def _criteria(version: CallVersion) -> list[dict[str, Any]]:
    return [
        {
            "key": one["key"],
            "kind": one["kind"],
            "label_fr": one["label"].get("fr", ""),
            "label_de": one["label"].get("de", ""),
            "weight": one.get("weight", 1),
            "max_points": one.get("max_points", 5),
            "threshold": one.get("threshold", 0),
            "anchors_fr": write_anchors(one.get("anchors") or {}, "fr"),
            "anchors_de": write_anchors(one.get("anchors") or {}, "de"),
        }
        for one in version.grid.get("criteria") or []
    ]


def _ranking(version: CallVersion) -> dict[str, Any]:
    grid, ranking = version.grid, version.ranking
    return {
        "vu": version.revision,
        "pedagogical_threshold": grid.get("pedagogical_threshold", 0),
        "technical_threshold": grid.get("technical_threshold", 0),
        "method": ranking.get("method", "strict"),
        "tie_breaks": ", ".join(ranking.get("tie_breaks") or ["pedagogical", "submitted_at"]),
        "quota_percent": ranking.get("quota_percent", 0),
        "quota_ise_max": ranking.get("quota_ise_max", 5),
        "reserve_size": ranking.get("reserve_size", 0),
        "appeal_percent": ranking.get("appeal_percent", 0),
        "max_per_school": ranking.get("max_per_school", 0),
    }


@require_http_methods(["GET", "POST"])
@login_required
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/appels/gestion/<id>/documents/`."""
    user = user_of(request)
    call_of(user, pk)
    try:
        row, version = draft_seen(user, pk)
    except Frozen:
        return _frozen(request, pk)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["paper"]
        title, language = request.POST.get("title", ""), request.POST.get("language", "fr")
        try:
            paper = read_paper(file, file.size, file.name)
            add_document(user, pk, paper, title, language)
        except (PaperRefused, DecisionImpossible) as refused:
            form.add_error("paper", str(refused))
        else:
            messages.success(request, _("Document ajouté."))
            return redirect("grants:call_documents", pk)
    context = {
        **shell_of(row, version, _("Documents")),
        "form": form,
        "rows": version.documents.all(),
    }
    return render(request, "grants/calls/documents.html", context)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """POST `/appels/gestion/<id>/documents/<id>/retirer/`."""
    user = user_of(request)
    call_of(user, pk)
    try:
        remove_document(user, pk, document)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:call", pk)
    return redirect("grants:call_documents", pk)


urlpatterns: list[URLPattern] = [
    path("appels/gestion/<int:pk>/modifier/<slug:part>/", edit, name="edit_call"),
    path("appels/gestion/<int:pk>/grille/", judging, name="call_judging"),
    path("appels/gestion/<int:pk>/documents/", documents, name="call_documents"),
    path(
        "appels/gestion/<int:pk>/documents/<int:document>/retirer/",
        remove,
        name="remove_call_document",
    ),
]
