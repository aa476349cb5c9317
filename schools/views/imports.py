"""Imports from the authentic sources: the list, sending a file, its preview, saying yes or no."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from schools import import_listing as listing
from schools import tasks
from schools.access import ImportRefused, can_import, can_see_imports
from schools.actions.abandon_import import abandon_import
from schools.actions.confirm_import import confirm_import
from schools.actions.start_import import start_import
from schools.forms.imports import ImportForm
from schools.import_words import (
    consequence_words,
    differences,
    kind_of_object,
    told_of,
    yes_words,
)
from schools.imports.columns import LAYOUTS
from schools.imports.foreign import foreign_sources, known_layouts
from schools.imports.reading import FileRefused
from schools.models import ImportKind, ImportRun, ImportState, User
from schools.rules import Allowed, Answer, Refused
from schools.sheets import sheet_response
from schools.views.doors import user_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
EXPORTED = 5_000
AT_WORK = (ImportState.READING, ImportState.APPLYING)


def only(may: Callable[[User], Answer], view: View[P]) -> View[P]:
    """Sign-in, then 403 with the reason for anybody who may not."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if isinstance(answer := may(user_of(request)), Refused):
            raise PermissionDenied(answer.why)
        return view(request, *args, **kwargs)

    return login_required(inner)


def officers_only(view: View[P]) -> View[P]:
    """Those who bring in the register's own sources."""
    return only(can_import, view)


def importers_only(view: View[P]) -> View[P]:
    """Those who bring in a file of any kind."""
    return only(can_see_imports, view)


def _seen(request: HttpRequest, pk: int) -> ImportRun:
    runs = ImportRun.objects.visible_to(user_of(request))
    return get_object_or_404(runs.select_related("started_by", "applied_by"), pk=pk)


def _send(task: Any, pk: int) -> None:
    """Hand the work to a worker; without broker the clock does it within a minute."""
    with suppress(OperationalError, OSError):
        task.apply_async((pk,), retry=False)


# --- the list -------------------------------------------------------------------------------------


@require_GET
@importers_only
def imports(request: HttpRequest) -> HttpResponse:
    """GET `/imports/`."""
    user = user_of(request)
    asked = listing.runs_asked(user, request.GET)
    rows, after = listing.page_of(asked, request.GET, descending=True)
    context = {
        "menu": "imports",
        "crumbs": [(_("Imports"), None)],
        "rows": [(run, *listing.STATES[run.state]) for run in rows],
        "after": after,
        "filters": [
            _filter(request, "source", _("Source"), _kinds(user)),
            _filter(request, "etat", _("État"), ImportState.choices),
        ],
        "filtered": bool(request.GET.get("source") or request.GET.get("etat")),
        "layouts": [known_layouts()[kind] for kind, _label in _kinds(user)],
        "new_url": _new_url(user),
        "officer": isinstance(can_import(user), Allowed),
    }
    return render(request, "schools/imports/list.html", context)


def _kinds(user: User) -> list[tuple[str, Any]]:
    """The kinds of file that the person may bring in, and their names."""
    return [
        (kind, layout.label)
        for kind, layout in known_layouts().items()
        if isinstance(can_import(user, kind), Allowed)
    ]


def _new_url(user: User) -> str:
    """Where the person sends a file: the register's page, or the only other one they may."""
    if isinstance(can_import(user), Allowed):
        return reverse("schools:import_new")
    kinds = [kind for kind, _label in _kinds(user)]
    return reverse(foreign_sources()[kinds[0]].new_url)


def _filter(request: HttpRequest, name: str, label: str, choices: Any) -> dict[str, Any]:
    """A filter: name, label, choices with their addresses, and the word chosen now."""
    chosen = request.GET.get(name, "")
    return {
        "name": name,
        "label": label,
        "value": chosen,
        "choices": [(str(key), word, _with(request, name, str(key))) for key, word in choices],
        "chosen": dict(choices).get(chosen),
        "none": _with(request, name, None),
    }


def _with(request: HttpRequest, name: str, value: str | None) -> str:
    """This page's query with one filter changed, back on the first page."""
    query = request.GET.copy()
    query.pop("apres", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"


@require_GET
@importers_only
def export(request: HttpRequest, ending: str = "csv") -> StreamingHttpResponse:
    """GET `/imports/export.csv`: the same filters, the whole list."""
    runs = listing.runs_asked(user_of(request), request.GET).order_by("-pk")[:EXPORTED]
    heads = [
        _("Import"), _("Source"), _("Fichier"), "SHA-256", _("Date de la source"), _("État"),
        _("Lancé par"), _("Lancé le"), _("Importé le"), _("Lignes"), _("Refusées"),
    ]  # fmt: skip
    rows = (
        [
            run.pk, run.get_kind_display(), run.file_name, run.sha256, run.as_of,
            run.get_state_display(), run.started_by or "", run.created_at,
            run.applied_at or "",
            run.counts.get("rows", ""), run.counts.get("refused_rows", ""),
        ]
        for run in runs
    )  # fmt: skip
    return sheet_response(request, "imports", heads, rows, ending=ending)


@require_GET
@importers_only
def example(request: HttpRequest, kind: str) -> HttpResponse:
    """GET `/imports/exemples/<kind>.csv`."""
    if kind not in known_layouts():
        raise Http404
    response = HttpResponse(listing.example_of(kind), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="exemple-{kind}.csv"'
    return response


# --- sending --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@officers_only
def new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/imports/nouveau/`."""
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": request.GET.get("source", ImportKind.REGISTER)},
    )
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            run = start_import(
                user_of(request), form.cleaned_data["kind"], sent, sent.name,
                form.cleaned_data["as_of"],
            )  # fmt: skip
        except (ImportRefused, FileRefused) as refused:
            form.add_error("file", str(refused))
        else:
            _send(tasks.read_import, run.pk)
            return redirect("schools:import", run.pk)
    context = {
        "menu": "imports",
        "crumbs": [(_("Imports"), reverse("schools:imports")), (_("Nouvel import"), None)],
        "form": form,
        "layouts": LAYOUTS.values(),
    }
    return render(request, "schools/imports/new.html", context)


# --- one run --------------------------------------------------------------------------------------


@require_GET
@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/imports/<pk>/`: progress, preview or result."""
    here = _seen(request, pk)
    tabs = listing.tabs_of(here)
    wanted = request.GET.get("sort", "")
    tab = next((one for one in tabs if one.key == wanted), tabs[0] if tabs else None)
    context: dict[str, Any] = {
        "menu": "imports",
        "crumbs": [(_("Imports"), reverse("schools:imports")), (here.file_name, None)],
        "run": here,
        "state": listing.STATES[here.state],
        "again_url": _again_url(here),
        "undo_url": _undo_url(here),
        "panel_url": _panel_url(here),
        "at_work": here.state in AT_WORK,
        "left_s": listing.left_s(here),
        "counts": here.counts,
        "tabs": tabs,
        "tab": tab,
        "before": listing.same_file_before(here),
    }
    if here.state == ImportState.PREVIEWED:
        context |= {"yes": yes_words(here), "consequence": consequence_words(here)}
    if tab is not None and not context["at_work"]:
        context |= _lines(request, here, tab.key)
    return render(request, "schools/imports/run.html", context)


def _lines(request: HttpRequest, here: ImportRun, outcome: str) -> dict[str, Any]:
    """The lines of the tab that is open."""
    asked = listing.findings_asked(here, outcome, request.GET)
    rows, after = listing.page_of(asked, request.GET, descending=False)
    return {
        "after": after,
        "has_cells": outcome in ("refused", "warned", "ignored"),
        "rows": [(one, kind_of_object(one), told_of(one), differences(one)) for one in rows],
        "filters": [
            _filter(
                request,
                name,
                label,
                [(value, f"{words} ({count})") for value, words, count in known],
            )
            for name, label, known in listing.choices_of(here, outcome)
            if known
        ],
    }


def _undo_url(here: ImportRun) -> str:
    """Where a written run is taken back; empty where its kind knows no way, or nothing changed."""
    source = foreign_sources().get(here.kind)
    if source is None or not source.undo_url or here.state != ImportState.APPLIED:
        return ""
    outcomes = here.counts.get("outcomes", {})
    changed = outcomes.get("changed") or outcomes.get("moved")
    return reverse(source.undo_url, args=[here.pk]) if changed else ""


def _panel_url(here: ImportRun) -> str:
    """What another app adds to the page of a written run; empty: nothing."""
    source = foreign_sources().get(here.kind)
    if source is None or not source.panel_url or here.state != ImportState.APPLIED:
        return ""
    return reverse(source.panel_url, args=[here.pk])


def _again_url(here: ImportRun) -> str:
    """Where another file of that kind is sent."""
    if here.kind in foreign_sources():
        return reverse(foreign_sources()[here.kind].new_url)
    return f"{reverse('schools:import_new')}?source={here.kind}"


@require_GET
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/imports/<pk>/progression/`: the bar alone; when the work is done, the whole page."""
    here = _seen(request, pk)
    context = {"run": here, "left_s": listing.left_s(here), "at_work": here.state in AT_WORK}
    response = render(request, "schools/imports/_progress.html", context)
    if here.state not in AT_WORK:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@login_required
def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """GET `/imports/<pk>/refusees.csv`: the refused rows as they came, and why."""
    here = _seen(request, pk)
    heads, rows = listing.heads_of_refused(here), listing.refused_rows(here)
    return sheet_response(request, f"refusees-{here.pk}", heads, rows)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/imports/<pk>/confirmer/`: the preview named by its fingerprint is to be written."""
    here = _seen(request, pk)
    try:
        confirmed = confirm_import(
            user_of(request),
            here.pk,
            request.POST.get("fingerprint", ""),
            closing=request.POST.get("closing") == "1",
        )
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if confirmed.state == ImportState.APPLYING:
            _send(tasks.apply_import, here.pk)
    return redirect("schools:import", here.pk)


@require_POST
@login_required
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/imports/<pk>/abandonner/`: nothing is written."""
    here = _seen(request, pk)
    try:
        abandon_import(user_of(request), here.pk)
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("schools:import", here.pk)
    messages.success(request, _("Import abandonné : rien n’est écrit."))
    return redirect("schools:imports")
