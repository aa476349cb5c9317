"""Runs of labels: asking for one, how far it is, its file, stopping it."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from inventory import tasks
from inventory.access import DecisionImpossible
from inventory.actions.labels.ask_labels import AT_MOST, ask_labels, cancel_labels
from inventory.labels_asked import first_asked, form_asked, labels_asked, title_asked
from inventory.models import LabelRun, LabelRunState
from inventory.printing.formats import formats
from inventory.views.stock.labels import base_of, pdf_response
from schools.views.doors import user_of

STATES = {
    LabelRunState.WAITING: ("planned", "hourglass"),
    LabelRunState.READY: ("ok", "circle-check"),
    LabelRunState.CANCELLED: ("unknown", "x"),
    LabelRunState.FAILED: ("down", "alert-octagon"),
}


@require_POST
@login_required
def print_run(request: HttpRequest) -> HttpResponse:
    """POST `/etiquettes/tirages/`: the labels that the filters of ``query`` give, by a worker."""
    user = user_of(request)
    query = QueryDict(request.POST.get("query", "")[:20_000])
    asked = list(labels_asked(user, query).values_list("pk", flat=True)[:AT_MOST])
    try:
        run = ask_labels(
            user,
            asked,
            title=title_asked(user, query, len(asked)),
            form=form_asked(query),
            first=first_asked(query),
            base=base_of(request),
            key=_key(request),
        )
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('inventory:labels')}?{query.urlencode()}")
    with suppress(OperationalError, OSError):  # without broker the clock does it within a minute
        tasks.print_labels.apply_async((run.pk,), retry=False)
    return redirect("inventory:label_run", run.pk)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _seen(request: HttpRequest, pk: int) -> LabelRun:
    runs = LabelRun.objects.visible_to(user_of(request)).defer("devices")
    return get_object_or_404(runs, pk=pk)


@require_GET
@login_required
def label_run(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/etiquettes/tirages/<id>/`: how far it is; then the file, and single ones again."""
    run = _seen(request, pk)
    form = formats().get(run.form)
    context = {
        "menu": "labels",
        "crumbs": [
            (_("Étiquettes"), reverse("inventory:labels")),
            (run.title, None),
        ],
        "run": run,
        "state": STATES[LabelRunState(run.state)],
        "form": form,
        "pages": -(-(run.total + run.first - 1) // form.a_page) if form else 0,
    } | _left(run)
    return render(request, "inventory/stock/label_run.html", context)


@require_GET
@login_required
def label_run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/etiquettes/tirages/<id>/progression/`: the bar alone; at the end, the whole page."""
    run = _seen(request, pk)
    response = render(request, "inventory/stock/_label_progress.html", {"run": run} | _left(run))
    if run.state != LabelRunState.WAITING:
        response["HX-Refresh"] = "true"
    return response


def _left(run: LabelRun) -> dict[str, object]:
    """Seconds that are left, as the pace so far tells; nothing before a tenth is done."""
    if run.state != LabelRunState.WAITING or run.done * 10 < run.total:
        return {"left_s": 0}
    spent = (timezone.now() - run.asked_at).total_seconds()
    return {"left_s": round(spent * (run.total - run.done) / run.done)}


@require_GET
@login_required
def label_run_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/etiquettes/tirages/<id>/etiquettes.pdf`: to whoever asked, while it is kept."""
    run = _seen(request, pk)
    if run.state != LabelRunState.READY:
        raise Http404
    try:
        with default_storage.open(run.path) as file:
            return pdf_response(file.read())
    except FileNotFoundError as gone:
        raise Http404 from gone


@require_POST
@login_required
def label_run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/etiquettes/tirages/<id>/annuler/`."""
    if cancel_labels(_seen(request, pk)):
        messages.success(request, _("Tirage annulé. Rien n’est perdu : relancez-le quand il faut."))
    else:
        messages.info(request, _("Ce tirage était déjà fini."))
    return redirect("inventory:label_run", pk)


urlpatterns: list[URLPattern] = [
    path("etiquettes/tirages/", print_run, name="print_run"),
    path("etiquettes/tirages/<int:pk>/", label_run, name="label_run"),
    path("etiquettes/tirages/<int:pk>/progression/", label_run_progress, name="label_run_progress"),
    path("etiquettes/tirages/<int:pk>/etiquettes.pdf", label_run_pdf, name="label_run_pdf"),
    path("etiquettes/tirages/<int:pk>/annuler/", label_run_cancel, name="label_run_cancel"),
]
