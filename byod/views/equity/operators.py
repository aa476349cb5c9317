"""Orders to operators, operators and plans, reports of use, files of lines."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from byod.access.equity.lines import can_keep_operators, can_order
from byod.actions.equity.keep_lines import keep_operator, keep_plan
from byod.actions.equity.order_operator import (
    cancel_operator_order,
    settle_by_hand,
    take_file,
)
from byod.actions.equity.read_usage import read_usage
from byod.actions.equity.send_operator_orders import orders_csv
from byod.equity_words import ORDER_LOOKS
from byod.forms.equity.lines import OperatorForm, PlanForm, UsageForm
from byod.imports.lines import LINES
from byod.imports.source import can_import_lines
from byod.models.equity.operators import LineOperator, LinePlan
from byod.models.equity.orders import LineOrderState, OperatorOrder, OrderKind
from byod.models.equity.usage import UsageReport
from inventory.access import DecisionImpossible, require
from inventory.forms.device_import import DeviceImportForm
from schools import tasks
from schools.access import ImportRefused
from schools.actions.start_import import start_import
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.imports.reading import FileRefused
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("asked_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: LineOrderState.choices, by("state")),
    Filter("ordre", gettext_lazy("Ordre"), lambda: OrderKind.choices, by("kind")),
    Filter(
        "operateur",
        gettext_lazy("Opérateur"),
        lambda: [(one.pk, one.name) for one in LineOperator.objects.all()],
        by("line__plan__operator"),
    ),
)


def _crumbs(word: str) -> list[tuple[str, str | None]]:
    return [(_("Connexions prêtées"), reverse("byod:lines")), (word, None)]


def _asked(user: User, request: HttpRequest) -> Any:
    rows = OperatorOrder.objects.visible_to(user).select_related(
        "line__plan__operator", "line__pool__school", "asked_by", "settled_by"
    )
    for word in request.GET.get("q", "").split()[:4]:
        rows = rows.filter(line__label__icontains=word)
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """GET `/connexions-pretees/ordres/`: what operators were told, and what they answered."""
    user = user_of(request)
    asked = _asked(user, request)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    officer = bool(can_keep_operators(user))
    context = {
        "menu": "lent_lines",
        "crumbs": _crumbs(_("Ordres aux opérateurs")),
        "rows": [
            (row, (*ORDER_LOOKS[row.state], row.get_state_display()),
             officer or bool(can_order(user, row.line)))
            for row in rows
        ],
        "after": after,
        "total": asked.count(),
        "open": OperatorOrder.objects.visible_to(user).open().count(),
        "files": LineOperator.objects.filter(door="file", closed_on=None) if officer else [],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }  # fmt: skip
    return render(request, "byod/equity/orders.html", context)


@require_GET
@login_required
def orders_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/connexions-pretees/ordres/export.csv`."""
    rows = in_order(_asked(user_of(request), request), LATEST)
    heads = [
        *(_("Demandé le"), _("Connexion"), _("Opérateur"), _("Ordre"), _("Parce que"), _("État")),
        *(_("Essais"), _("Transmis le"), _("Réglé le"), _("Référence"), _("Dernier échec")),
    ]
    cells = (
        [
            *(row.asked_at, row.line.label, row.line.plan.operator.name, row.get_kind_display()),
            *(row.get_why_display(), row.get_state_display(), row.tries, row.sent_at),
            *(row.settled_at, row.reference, row.error),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "ordres-operateurs", heads, cells, ending=ending)


@require_POST
@login_required
def order_act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/connexions-pretees/ordres/<id>/`: done or refused, noted by hand; taken back."""
    user, what = user_of(request), request.POST.get("acte", "")
    row = get_object_or_404(OperatorOrder.objects.visible_to(user), pk=pk)
    proof = request.POST.get("preuve", "").replace("\x00", "")
    try:
        if what == "annuler":
            cancel_operator_order(user, row.pk)
        else:
            settle_by_hand(user, row.pk, proof, refused=what == "refuse")
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est noté."))
    return redirect("byod:line_orders")


@require_POST
@login_required
def order_file(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/connexions-pretees/operateurs/<id>/fichier/`: its waiting orders, told from now on."""
    user = user_of(request)
    operator = get_object_or_404(LineOperator.objects.visible_to(user), pk=pk)
    rows = take_file(user, operator.pk)
    if not rows:
        messages.info(request, _("Aucun ordre n’attend pour cet opérateur."))
        return redirect("byod:line_orders")
    response = HttpResponse("\ufeff" + orders_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"ordres-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@login_required
def operators(request: HttpRequest) -> HttpResponse:
    """GET `/connexions-pretees/operateurs/`: operators, plans, months reported."""
    user = user_of(request)
    context = {
        "menu": "lent_lines",
        "crumbs": _crumbs(_("Opérateurs et formules")),
        "operators": LineOperator.objects.visible_to(user),
        "plans": LinePlan.objects.visible_to(user).select_related("operator"),
        "reports": UsageReport.objects.visible_to(user).select_related("operator")[:24],
        "keeps": bool(can_keep_operators(user)),
    }
    return render(request, "byod/equity/operators.html", context)


def _form(request: HttpRequest, form: Any, title: str, icon: str, **more: Any) -> HttpResponse:
    context = {
        "menu": "lent_lines",
        "crumbs": _crumbs(title),
        "title": title,
        "form": form,
        "icon": icon,
        "back": reverse("byod:line_operators"),
        **more,
    }
    return render(request, "byod/equity/form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def operator_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """GET, POST `/connexions-pretees/operateurs/nouveau/` and `…/<id>/`."""
    user = user_of(request)
    require(can_keep_operators(user))
    row = get_object_or_404(LineOperator, pk=pk) if pk else LineOperator()
    form = OperatorForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        key = said.pop("key")
        for name, value in said.items():
            setattr(row, name, value)
        try:
            keep_operator(user, row, key=key or None)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Opérateur enregistré."))
            return redirect("byod:line_operators")
    return _form(request, form, _("Opérateur"), "building-broadcast-tower")


@require_http_methods(["GET", "POST"])
@login_required
def plan_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """GET, POST `/connexions-pretees/formules/nouvelle/` and `…/<id>/`."""
    user = user_of(request)
    require(can_keep_operators(user))
    row = get_object_or_404(LinePlan, pk=pk) if pk else LinePlan()
    form = PlanForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(row, name, value)
        try:
            keep_plan(user, row)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Formule enregistrée."))
            return redirect("byod:line_operators")
    return _form(request, form, _("Formule"), "receipt-euro")


@require_http_methods(["GET", "POST"])
@login_required
def usage(request: HttpRequest) -> HttpResponse:
    """GET, POST `/connexions-pretees/releve/`: a month, read whole or not at all."""
    user = user_of(request)
    require(can_keep_operators(user))
    form = UsageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = read_usage(
                user, said["operator"], said["month"], said["file"], said["file"].name
            )
        except DecisionImpossible as refused:
            for line in str(refused).split("\n"):
                form.add_error("file", line)
        else:
            told = _("Relevé lu\u00a0: %(known)d connexions, %(unknown)d ICCID inconnus laissés.")
            messages.success(request, told % {"known": done.known, "unknown": done.unknown})
            return redirect("byod:line_operators")
    hint = _("Seulement l’ICCID et les mégaoctets du mois\u00a0: jamais les sites visités.")
    return _form(request, form, _("Lire un relevé"), "file-import", hint=hint, files=True)


@require_http_methods(["GET", "POST"])
@login_required
def lines_import(request: HttpRequest) -> HttpResponse:
    """GET, POST `/connexions-pretees/importer/`: the run has its page at `/imports/`."""
    user = user_of(request)
    if isinstance(answer := can_import_lines(user), Refused):
        raise PermissionDenied(answer.why)
    form = DeviceImportForm(request.POST or None, request.FILES or None)
    for name in ("create_rooms", "create_products"):
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            run = start_import(user, LINES.kind, sent, sent.name, timezone.localdate())
        except (ImportRefused, FileRefused) as refused:
            form.add_error("file", str(refused))
        else:
            with suppress(OperationalError, OSError):  # without broker the clock does it
                tasks.read_import.apply_async((run.pk,), retry=False)
            return redirect("schools:import", run.pk)
    hint = _(
        "Cartes SIM et bornes. Le fichier est lu, puis comparé\u00a0: rien n’est écrit avant"
        " votre confirmation."
    )
    return _form(
        request, form, _("Importer des connexions"), "eye-check",
        hint=hint, files=True, columns=LINES.columns, kind=LINES.kind,
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("connexions-pretees/ordres/", orders, name="line_orders"),
    *sheet_paths("connexions-pretees/ordres/export", orders_export, "line_orders_export"),
    path("connexions-pretees/ordres/<int:pk>/", order_act, name="line_order_act"),
    path("connexions-pretees/operateurs/", operators, name="line_operators"),
    path("connexions-pretees/operateurs/nouveau/", operator_edit, name="line_operator_new"),
    path("connexions-pretees/operateurs/<int:pk>/", operator_edit, name="line_operator"),
    path("connexions-pretees/operateurs/<int:pk>/fichier/", order_file, name="line_order_file"),
    path("connexions-pretees/formules/nouvelle/", plan_edit, name="line_plan_new"),
    path("connexions-pretees/formules/<int:pk>/", plan_edit, name="line_plan"),
    path("connexions-pretees/releve/", usage, name="line_usage"),
    path("connexions-pretees/importer/", lines_import, name="lines_import"),
]
