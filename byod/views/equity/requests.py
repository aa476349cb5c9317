"""The school's requests for loans: the list in fair order, one request, new ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.equity.requests import can_decide, can_prepare
from byod.actions.equity.ask_request import ask_request
from byod.actions.equity.decide_requests import (
    decide_requests,
    put_first,
    undo_decisions,
    withdraw_request,
)
from byod.actions.equity.make_round import positions, standing_order
from byod.actions.people.read_names import names_of
from byod.equity_places import is_head_of, keys_in, school_asked
from byod.equity_words import need_words, reasons, request_look, wants_words
from byod.forms.equity.requests import NewRequestForm
from byod.listing_requests import (
    LATEST,
    SORTS,
    TABS,
    Shown,
    filters_of,
    in_fair_order,
    listed,
    requests_of,
    settled,
    with_names,
)
from byod.models.equity.requests import WAITING, LoanRequest, RequestState
from byod.rules.equity.order import thawed
from byod.rules.equity.years import school_year, year_words
from byod.views.equity.decisions import stamp, undo_url
from inventory.access import DecisionImpossible
from schools.filters import filtered, narrowed, shown
from schools.journal import verb_of
from schools.keyset import in_order, page_of
from schools.models import AuditEntry, School, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

PAGE = 100


def school_or_refuse(request: HttpRequest) -> tuple[User, School, list[School]]:
    """The person and their school. Raises PermissionDenied with the reason."""
    user = user_of(request)
    school, mine = school_asked(user, request)
    if school is None:
        raise PermissionDenied(
            _("Les demandes des élèves sont lues par la direction et le contact de leur école.")
        )
    return user, school, mine


@require_GET
@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """GET `/demandes-de-pret/`: ``?ecole=``, ``?vue=``, filters, ``?q=``, ``?tri=``."""
    user, school, mine = school_or_refuse(request)
    year = school_year(timezone.localdate())
    tab = request.GET.get("vue", "")
    tab = tab if tab in TABS else "attente"
    filters = filters_of(school, year)
    order = standing_order(school, year)
    rows, after, total = _page(user, school, request, tab, order=order, filters=filters)
    counts = _counts(user, school, year)
    context = {
        "menu": "loan_requests",
        "crumbs": [(str(school), None), (_("Demandes de prêt"), None)],
        "school": school,
        "mine": mine,
        "year": year_words(year),
        "rows": rows,
        "after": after,
        "total": total,
        "tab": tab,
        "tabs": [
            (key, label, sum(counts.get(s, 0) for s in states))
            for key, (label, states) in TABS.items()
        ],
        "counts": counts,
        "supply": order.supply,
        "own": order.own,
        "lacking": _lacking(order),
        "head": is_head_of(user, school),
        "sort": _sort(request),
        "sorts": [*SORTS.items()],
        "filters": shown(filters, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(filters, request.GET),
        "undo_url": undo_url(request),
        "open_here": counts.get(RequestState.ASKED, 0),
        "seen_at": stamp(timezone.now()),
        "here": request.get_full_path(),
    }
    return render(request, "byod/equity/requests.html", context)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "ordre"


def _page(
    user: User, school: School, request: HttpRequest, tab: str, *, order: Any, filters: Any
) -> tuple[list[Shown], str, int]:
    """One page of a tab. The waiting ones of a school are few: ordered and sought in memory."""
    words = request.GET.get("q", "").strip()
    if tab != "attente" and not words:
        asked = narrowed(requests_of(user, school, order.year, tab), filters, request.GET)
        found, after = page_of(asked, LATEST, request.GET.get("apres", ""))
        return with_names(user, settled(found)), after, asked.count()
    rows = listed(user, school, tab, request.GET, order)
    sort = _sort(request)
    if sort == "date":
        rows.sort(key=lambda one: (one.request.asked_at, one.request.pk))
    elif sort == "classe":
        rows.sort(key=lambda one: (str(one.request.school_class or "~"), one.position or 10**6))
    start = next(iter(keys_in([request.GET.get("apres", "")])), 0)
    page = rows[start : start + PAGE]
    after = str(start + PAGE) if len(rows) > start + PAGE else ""
    return (page if words else with_names(user, page)), after, len(rows)


def _counts(user: User, school: School, year: int) -> dict[str, int]:

    rows = LoanRequest.objects.visible_to(user).filter(site__school=school, year=year)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def _lacking(order: Any) -> dict[str, int]:
    """For how many nothing is there."""
    waiting = [(order.waiting[one.n].request, one) for one in order.placed]
    return {
        "devices": len([1 for row, one in waiting if row.wants_device and not one.device]),
        "lines": len([1 for row, one in waiting if row.wants_line and not one.line]),
    }


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/demandes-de-pret/export.csv`: pseudonyms, no names: what leaves may be passed on."""
    user, school, _mine = school_or_refuse(request)
    year = school_year(timezone.localdate())
    order = standing_order(school, year)
    filters = filters_of(school, year)
    heads = [
        *(_("Position"), _("Pseudonyme"), _("Classe"), _("Implantation"), _("À la maison")),
        *(_("Demande"), _("État"), _("Demandée le"), _("Décidée le"), _("Motif")),
        *(_("Servie le"), _("Ce qui compte"), _("Pourquoi à cette place")),
    ]
    rows: list[Shown] = []
    for tab in TABS:
        asked = in_order(
            narrowed(requests_of(user, school, year, tab), filters, request.GET), LATEST
        )
        rows += in_fair_order(list(asked), order) if tab == "attente" else settled(list(asked))
    cells = (
        [
            *(one.position, str(one.request.member or ""), str(one.request.school_class or "")),
            *(one.request.site.name, one.need, one.wants, one.look[2]),
            *(one.request.asked_at, one.request.decided_at, one.request.reason),
            *(one.request.served_at, ", ".join(one.reasons), one.after),
        ]
        for one in rows
    )
    return sheet_response(request, "demandes-de-pret", heads, cells, ending=ending, people=True)


def request_seen(user: User, pk: int) -> LoanRequest:
    """A request of one's own school; else 404."""
    rows = LoanRequest.objects.visible_to(user)
    return get_object_or_404(
        rows.select_related("site__school", "member__served", "school_class", "decided_by"), pk=pk
    )


@require_GET
@login_required
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/demandes-de-pret/<id>/`: where it stands, why, and what was decided."""
    user = user_of(request)
    row = request_seen(user, pk)
    named = names_of(user, [row.member], "loan_request") if row.member else {}
    order = standing_order(row.site.school, row.year) if row.state in WAITING else None
    mine = next((w for w in order.waiting.values() if w.request.pk == pk), None) if order else None
    placed = (
        next((p for p in order.placed if mine and p.n == mine.asked.n), None) if order else None
    )
    stored = positions([pk]).get(pk)
    context: dict[str, Any] = {
        "menu": "loan_requests",
        "crumbs": [
            (_("Demandes de prêt"), reverse("byod:loan_requests")),
            (_("Demande"), None),
        ],
        "row": row,
        "named": named.get(row.member_id or 0),
        "look": request_look(row),
        "wants": wants_words(row),
        "need": need_words(row.member.equipment) if row.member else "",
        "placed": placed,
        "reasons": reasons(mine.asked, row.year) if mine else [],
        "of": len(order.placed) if order else 0,
        "stored": stored,
        "stored_reasons": _stored_reasons(stored),
        "history": history_of(user, "byod.loanrequest", row.pk),
        "may_decide": bool(can_decide(user, row.site)),
        "may_prepare": bool(can_prepare(user, row.site)),
        "decidable": row.state in (RequestState.ASKED, RequestState.GRANTED, RequestState.REFUSED),
        "waits": row.state in WAITING,
    }
    return render(request, "byod/equity/request.html", context)


def history_of(user: User, label: str, pk: int) -> list[tuple[str, AuditEntry]]:
    """What the journal tells of an object, in words, the latest first."""
    rows = AuditEntry.objects.visible_to(user).of_object(label, pk).order_by("-at")[:20]
    return [(verb_of(entry.action, label), entry) for entry in rows]


def _stored_reasons(stored: Any) -> list[str]:
    if stored is None:
        return []
    made, placed = stored
    try:
        asked, _supply = thawed(made.inputs)
    except ValueError:
        return []
    return reasons(next(one for one in asked if one.n == placed.n), made.year)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/demandes-de-pret/<id>/agir/`: grant, refuse, take back, withdraw, put first."""
    user = user_of(request)
    row = request_seen(user, pk)
    why, what = request.POST.get("motif", "").replace("\x00", ""), request.POST.get("acte", "")
    try:
        if what in ("accorder", "refuser"):
            decide_requests(user, [pk], grant=what == "accorder", why=why)
        elif what == "annuler":
            undo_decisions(user, [pk])
        elif what == "retirer":
            withdraw_request(row, why, by=user)
        elif what == "premier":
            if not why.strip():
                raise DecisionImpossible(_("Dites pourquoi cette demande passe en premier."))
            put_first(user, pk, why)
        elif what == "remettre":
            put_first(user, pk, "")
        else:
            raise DecisionImpossible(_("Cet acte n’est pas connu."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est noté."))
    return redirect("byod:loan_request", pk)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """GET, POST `/demandes-de-pret/nouvelle/`: a class, then its pupils."""
    user, school, mine = school_or_refuse(request)
    year = school_year(timezone.localdate())
    form = NewRequestForm(request.POST or None, school=school, year=year, query=request.GET)
    pupils = form.listed()
    named = names_of(user, pupils, "loan_request_new") if pupils else {}
    if request.method == "POST" and form.is_valid():
        for pupil in form.cleaned_data["pupils"]:
            try:
                ask_request(pupil, form.wants, by=user)
            except DecisionImpossible as refused:
                messages.error(request, str(refused))
        messages.success(request, _("Demandes notées."))
        return redirect(f"{reverse('byod:loan_requests')}?ecole={school.pk}")
    context = {
        "menu": "loan_requests",
        "crumbs": [
            (_("Demandes de prêt"), reverse("byod:loan_requests")),
            (_("Nouvelle demande"), None),
        ],
        "school": school,
        "mine": mine,
        "form": form,
        "pupils": sorted(
            ((one, named.get(one.pk)) for one in pupils),
            key=lambda pair: (pair[1].family_name, pair[1].given_name) if pair[1] else ("~", ""),
        ),
        "chosen": set(request.POST.getlist("pupils")),
    }
    return render(request, "byod/equity/request_new.html", context)


urlpatterns: list[URLPattern] = [
    path("demandes-de-pret/", requests, name="loan_requests"),
    *sheet_paths("demandes-de-pret/export", export, "loan_requests_export"),
    path("demandes-de-pret/nouvelle/", new, name="loan_request_new"),
    path("demandes-de-pret/<int:pk>/", request_page, name="loan_request"),
    path("demandes-de-pret/<int:pk>/agir/", act, name="loan_request_act"),
]
