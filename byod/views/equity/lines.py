"""Lent lines: the list, one line with its use and orders, and all that is done to it."""

from __future__ import annotations

import datetime as dt
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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.equity.lines import can_keep_lines, can_keep_operators, can_lend_line, can_order
from byod.actions.equity.find_unused import next_for_line
from byod.actions.equity.keep_lines import NewLine, add_line
from byod.actions.equity.lend_line import Terms, lend_line, return_line
from byod.actions.equity.make_round import standing_order
from byod.actions.equity.order_operator import ask_operator, report_lost_line
from byod.actions.people.read_names import names_of
from byod.equity_places import keys_in, schools_run_by
from byod.equity_words import ORDER_LOOKS
from byod.forms.equity.lines import LendLineForm, LineForm
from byod.listing_lines import (
    SORTS,
    LineShown,
    expiring,
    filters_for,
    lines_asked,
    shown_lines,
    unused_lines,
)
from byod.models.equity.line_loans import LineLoan
from byod.models.equity.lines import Line, LineKind, LineService
from byod.models.loans.pools import LoanPool
from byod.models.people.members import Member
from byod.rules.equity.years import school_year
from byod.views.equity.requests import history_of
from inventory.access import DecisionImpossible
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.listing_schools import order_of
from schools.models import School, User
from schools.sealed import unseal
from schools.sheets import batches, sheet_paths, sheet_response
from schools.views.doors import user_of


def pools_kept(user: User) -> list[LoanPool]:
    """Pools whose lines the person may keep."""
    return [one for one in LoanPool.objects.visible_to(user) if can_keep_lines(user, one)]


@require_GET
@login_required
def lines(request: HttpRequest) -> HttpResponse:
    """GET `/connexions-pretees/`: filters, search, sort; what wants an act is counted on top."""
    user = user_of(request)
    filters = filters_for(user)
    sort = order_of(request.GET, SORTS)
    asked = lines_asked(user, request.GET, filters)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    seen: Any = Line.objects.visible_to(user).filter(removed_at=None).with_loan()
    context = {
        "menu": "lent_lines",
        "crumbs": [(_("Connexions prêtées"), None)],
        "rows": shown_lines(rows),
        "after": after,
        "total": asked.count(),
        "counts": {
            "all": seen.count(),
            "out": seen.filter(is_out=True).count(),
            "unused": seen.filter(pk__in=unused_lines()).count(),
            "suspended": seen.filter(service=LineService.SUSPENDED).count(),
            "expiring": expiring(seen).count(),
        },
        "keeps": bool(pools_kept(user)),
        "operators": bool(can_keep_operators(user)),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(filters, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(filters, request.GET),
    }
    return render(request, "byod/equity/lines.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/connexions-pretees/export.csv`: lines, never who has them."""
    user = user_of(request)
    filters = filters_for(user)
    rows = in_order(lines_asked(user, request.GET, filters), SORTS[order_of(request.GET, SORTS)][1])
    heads = [
        *(_("Repère"), _("Genre"), _("ICCID"), _("Numéro"), _("Opérateur"), _("Formule")),
        *(_("Réserve"), _("État"), _("Expire le"), _("Mo du dernier mois"), _("Jours sans usage")),
        _("Ordre en cours"),
    ]
    cells = (
        [
            *(one.line.label, one.line.get_kind_display(), one.line.iccid, one.line.number),
            *(one.line.plan.operator.name, one.line.plan.name, one.line.pool.name, one.look[2]),
            *(one.line.expires_on, one.mb, one.idle),
            f"{one.order.get_kind_display()}, {one.order.get_state_display()}" if one.order else "",
        ]
        for part in batches(rows.iterator(chunk_size=500))
        for one in shown_lines(part)
    )
    return sheet_response(request, "connexions-pretees", heads, cells, ending=ending)


def line_seen(user: User, pk: int) -> Line:
    """A line of a pool that one sees; else 404."""
    rows = Line.objects.visible_to(user).with_loan()
    return get_object_or_404(
        rows.select_related("plan__operator", "pool__school", "device__site"), pk=pk
    )


@require_GET
@login_required
def line_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/connexions-pretees/<id>/`."""
    user = user_of(request)
    row = line_seen(user, pk)
    one: LineShown = shown_lines([row])[0]
    loan = LineLoan.objects.visible_to(user).out().filter(line=row).first()
    member = loan.borrower if loan else None
    named = names_of(user, [member], "line").get(member.pk) if member else None
    usage = list(row.usage.order_by("-month")[:12])[::-1]
    schools = schools_run_by(user)
    waits = next_for_line(schools[0]) if schools and (one.unused or not row.is_out) else None  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "menu": "lent_lines",
        "crumbs": [(_("Connexions prêtées"), reverse("byod:lines")), (row.label, None)],
        "one": one,
        "line": row,
        "look": one.look,
        "loan": loan,
        "named": named,
        "notices": loan.notices.order_by("noted_on") if loan else [],
        "months": [f"{u.month:%m/%y}" for u in usage],
        "series": [(_("Mo"), [u.mb for u in usage])],
        "orders": [
            (o, (*ORDER_LOOKS[o.state], o.get_state_display()), bool(can_order(user, row)))
            for o in row.orders.select_related("asked_by", "settled_by")[:10]
        ],
        "history": history_of(user, "byod.line", row.pk),
        "may_order": bool(can_order(user, row)),
        "may_lend": bool(schools) and not row.is_out and row.service == LineService.ACTIVE,  # type: ignore[attr-defined]
        "may_return": loan is not None and bool(can_lend_line(user, loan.site)),
        "waits": waits,
        "code": _code(user, row),
    }
    return render(request, "byod/equity/line.html", context)


def _code(user: User, row: Line) -> str:
    """The code of a voucher, for whoever keeps it, while it is not out: it is then the family's."""
    if row.kind != LineKind.VOUCHER or not can_keep_lines(user, row.pool):
        return ""
    return str(unseal(row.sealed).get("code", ""))


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/connexions-pretees/<id>/agir/`: suspend, resume, end, lost, returned, taken back."""
    user, what = user_of(request), request.POST.get("acte", "")
    row = line_seen(user, pk)
    orders = {"suspendre": "suspend", "retablir": "resume", "resilier": "end"}
    try:
        if what in orders:
            ask_operator(user, pk, orders[what])
        elif what == "perdue":
            report_lost_line(user, pk)
        elif what in ("rendue", "reprise"):
            loan = get_object_or_404(LineLoan.objects.visible_to(user).out(), line=row)
            return_line(user, loan.pk, "unused" if what == "reprise" else "back")
        else:
            raise DecisionImpossible(_("Cet acte n’est pas connu."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est noté."))
    return redirect("byod:line", pk)


@require_http_methods(["GET", "POST"])
@login_required
def lend(request: HttpRequest, pk: int) -> HttpResponse:
    """GET, POST `/connexions-pretees/<id>/preter/`: ``?demande=`` proposes its pupil."""
    user = user_of(request)
    row = line_seen(user, pk)
    schools = schools_run_by(user)
    if not schools:
        raise PermissionDenied(_("La direction et le contact de l’école prêtent à leurs élèves."))
    choices = _candidates(user, schools)
    first = choices[0][0] if choices else None
    asked = next(iter(keys_in([request.GET.get("eleve", "")])), first)
    kept = {"due_on": _usual_end(), "pupil": asked}
    form = LendLineForm(request.POST or None, pupils=choices, kept=kept)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        terms = Terms(said["due_on"], said["household"], said["lift_why"])
        try:
            lend_line(user, pk, said["pupil"].pk, terms)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Connexion prêtée."))
            return redirect("byod:line", pk)
    context = {
        "menu": "lent_lines",
        "crumbs": [
            (_("Connexions prêtées"), reverse("byod:lines")),
            (row.label, reverse("byod:line", args=[pk])),
            (_("Prêter"), None),
        ],
        "title": _("Prêter %(what)s") % {"what": row.label},
        "hint": _(
            "Les élèves qui attendent une connexion, dans l’ordre équitable. Celui que vous"
            " cherchez n’y est pas\u00a0? Notez d’abord sa demande."
        ),
        "form": form,
        "icon": "hand-grab",
        "back": reverse("byod:line", args=[pk]),
    }
    return render(request, "byod/equity/form.html", context)


def _candidates(user: User, schools: list[School]) -> list[tuple[int, str]]:
    """Pupils who wait for a connection, in fair order: no other name is read for a loan."""
    year = school_year(timezone.localdate())
    members: list[Member] = []
    for school in schools:
        order = standing_order(school, year)
        rows = [order.waiting[one.n].request for one in order.placed]
        members += [row.member for row in rows if row.wants_line and row.member is not None]
    named = names_of(user, members, "line_lend") if members else {}
    return [
        (one.pk, f"{n}. {named.get(one.pk, one)} · {one.school_class or '–'}")
        for n, one in enumerate(members, 1)
    ]


def _usual_end() -> dt.date:
    """The end of the school year: 30 June to come."""
    today = timezone.localdate()
    return dt.date(today.year + (today.month >= 6), 6, 30)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """GET, POST `/connexions-pretees/nouvelle/`."""
    user = user_of(request)
    pools = pools_kept(user)
    if not pools:
        raise PermissionDenied(
            _("Aucune réserve de prêt n’est la vôtre\u00a0: créez-en une d’abord.")
        )
    only = {"pool": pools[0].pk} if len(pools) == 1 else {}
    form = LineForm(request.POST or None, pools=pools, kept=only)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        pool = said.pop("pool")
        try:
            row = add_line(user, pool, NewLine(**said))
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Connexion ajoutée."))
            return redirect("byod:line", row.pk)
    context = {
        "menu": "lent_lines",
        "crumbs": [(_("Connexions prêtées"), reverse("byod:lines")), (_("Ajouter"), None)],
        "title": _("Ajouter une connexion"),
        "form": form,
        "icon": "plus",
        "back": reverse("byod:lines"),
    }
    return render(request, "byod/equity/form.html", context)


urlpatterns: list[URLPattern] = [
    path("connexions-pretees/", lines, name="lines"),
    *sheet_paths("connexions-pretees/export", export, "lines_export"),
    path("connexions-pretees/nouvelle/", new, name="line_new"),
    path("connexions-pretees/<int:pk>/", line_page, name="line"),
    path("connexions-pretees/<int:pk>/agir/", act, name="line_act"),
    path("connexions-pretees/<int:pk>/preter/", lend, name="line_lend"),
]
