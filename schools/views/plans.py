"""Transition plans: the list, a school's versions, reading one, comparing two, the moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from schools.access import (
    DecisionRefused,
    can_remark,
    can_review_plan,
    can_write_plan,
    require,
)
from schools.actions.attach_document import attach_to_plan
from schools.actions.decide_plan import approve_plan, remark_plan, return_plan
from schools.actions.start_plan import start_plan
from schools.actions.submit_plan import PlanIncomplete, missing_in, submit_plan, withdraw_plan
from schools.agreements import plan_listing as listing
from schools.agreements.awaiting import awaiting
from schools.agreements.papers import PaperRefused
from schools.agreements.plan_reading import changes_between, parts_of
from schools.filters import filter_of
from schools.forms.agreements import PaperForm
from schools.models import (
    Document,
    Network,
    PlanState,
    Province,
    RoleKind,
    School,
    TransitionPlan,
    User,
)
from schools.rules import Refused
from schools.sheets import EXPORT_AT_MOST, sheet_response
from schools.views.doors import user_of

Crumbs = list[tuple[str, str | None]]


def menu_of(request: HttpRequest) -> str:
    """The entry that leads here: officers have one for plans, schools come by their agreements."""
    return "plans" if RoleKind.OFFICER in user_of(request).role_kinds else "agreements"


@require_GET
@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """GET `/plans/`: one row per school; for an officer, what to review first."""
    user = user_of(request)
    page = Paginator(listing.plans_asked(user, request.GET), listing.PAGE).get_page(
        request.GET.get("page")
    )
    sort = listing.sort_of(request.GET)
    context = {
        "menu": menu_of(request),
        "crumbs": [(_("Plans de transition"), None)],
        "page": page,
        "rows": [_row(school) for school in page.object_list],
        "awaiting": awaiting(user, timezone.localdate()),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in listing.SORTS.items()],
        "filters": [
            filter_of(request, "etat", _("État"), list(listing.STATES.items())),
            filter_of(request, "province", _("Province"), list(Province.choices)),
            filter_of(request, "reseau", _("Réseau"), list(Network.choices)),
        ],
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(k) for k in ("q", "etat", "province", "reseau")),
        "counts": _counts(user),
    }
    return render(request, "schools/plans/list.html", context)


def _row(school: Any) -> tuple[School, str, str, str]:
    """A school of ``schools_with_plans`` and how its latest version looks."""
    return school, *look_of(school.plan_state)


def _counts(user: User) -> dict[str, int]:
    """How many schools stand where by their latest version: one query."""
    schools: Any = listing.schools_with_plans(user).order_by()
    rows = schools.values_list("plan_state").annotate(n=Count("pk"))
    return {str(state or listing.NONE): int(n) for state, n in rows}


def look_of(state: str | None) -> tuple[str, str, str]:
    """Colour, icon and word of a version's state; of none at all."""
    if state is None:
        return "unknown", "file-off", _("sans plan")
    colour, icon = listing.LOOKS[state]
    return colour, icon, str(PlanState(state).label)


@require_GET
@login_required
def plans_export(request: HttpRequest, ending: str = "csv") -> StreamingHttpResponse:
    """GET `/plans/export.csv`, `.xlsx`, `.ods`: the same filters, the whole list."""
    rows = listing.plans_asked(user_of(request), request.GET)[:EXPORT_AT_MOST]
    heads = [
        _("Établissement"),
        _("Numéro"),
        _("Pouvoir organisateur"),
        _("Province"),
        _("Réseau"),
        _("État"),
        _("Version"),
        _("Soumis le"),
        _("Implantations qui demandent un réseau"),
        _("Version en vigueur"),
        _("Approuvée le"),
    ]
    return sheet_response(request, "plans-de-transition", heads, _cells(rows), ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    provinces = dict(Province.choices)
    for school in rows:
        at = school.submitted_at
        yield [
            school.name,
            school.number,
            school.authority.name,
            provinces.get(school.province or "", ""),
            school.get_network_display(),
            look_of(school.plan_state)[2],
            school.plan_version or "",
            timezone.localtime(at).strftime("%d/%m/%Y") if at else "",
            school.asking or 0,
            school.approved_version or "",
            school.approved_on.strftime("%d/%m/%Y") if school.approved_on else "",
        ]


@require_GET
@login_required
def school_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/plans/ecoles/<id>/`: the versions of a school, and the next step."""
    user = user_of(request)
    school = get_object_or_404(School.objects.visible_to(user).select_related("authority"), pk=pk)
    versions = list(
        TransitionPlan.objects.visible_to(user)
        .filter(school=school)
        .select_related("submitted_by", "decided_by")
    )
    latest = versions[0] if versions else None
    answer = can_write_plan(user, school)
    context = {
        "menu": menu_of(request),
        "crumbs": [*_list_crumb(), (school.name, None)],
        "school": school,
        "versions": [
            (plan, look_of(plan.state), versions[n + 1] if n + 1 < len(versions) else None)
            for n, plan in enumerate(versions)
        ],
        "latest": latest,
        "may_write": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "in_force": next((plan for plan in versions if plan.state == PlanState.APPROVED), None),
        "missing": missing_in(latest) if latest and latest.state == PlanState.DRAFT else [],
    }
    return render(request, "schools/plans/school.html", context)


def _list_crumb() -> Crumbs:
    return [(_("Plans de transition"), reverse("schools:plans"))]


def crumbs_of(plan: TransitionPlan, *more: str) -> Crumbs:
    """Plans › school › version › …"""
    school = reverse("schools:school_plan", args=[plan.school_id])
    here = _("version %(n)d") % {"n": plan.version}
    if not more:
        return [*_list_crumb(), (plan.school.name, school), (here, None)]
    url = reverse("schools:plan", args=[plan.pk])
    return [*_list_crumb(), (plan.school.name, school), (here, url), (more[0], None)]


def plan_seen(request: HttpRequest, pk: int) -> TransitionPlan:
    """A version within the person's scope, or 404."""
    seen = TransitionPlan.objects.visible_to(user_of(request)).select_related(
        "school__authority", "submitted_by", "decided_by"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/plans/<id>/`: one version, to read, to print, to judge or to submit."""
    user, here = user_of(request), plan_seen(request, pk)
    draft = here.state == PlanState.DRAFT
    parts = parts_of(here, all_sites=draft)
    review = can_review_plan(user, here)
    former = (
        TransitionPlan.objects.visible_to(user)
        .filter(school=here.school_id, version__lt=here.version)
        .first()
    )
    context = {
        "menu": menu_of(request),
        "crumbs": crumbs_of(here),
        "plan": here,
        "look": look_of(here.state),
        "parts": parts,
        "missing": [one for part in parts for one in part.missing] if draft else [],
        "former": former,
        "may_write": bool(can_write_plan(user, here.school)),
        "may_review": bool(review),
        "is_officer": "officer" in user.role_kinds,
        "why_not": review.why if isinstance(review, Refused) else "",
        "may_remark": bool(can_remark(user, here)),
        "remarks": here.remarks.select_related("author"),
        "papers": Document.objects.visible_to(user).filter(plan=here).select_related("uploaded_by"),
        "paper_form": PaperForm(),
    }
    return render(request, "schools/plans/plan.html", context)


@require_GET
@login_required
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """GET `/plans/<id>/comparer/<other>/`: what changed since the other version."""
    here = plan_seen(request, pk)
    seen = TransitionPlan.objects.visible_to(user_of(request)).filter(school=here.school_id)
    former = get_object_or_404(seen, pk=other)
    old, new = sorted((former, here), key=lambda version: version.version)
    sections = changes_between(old, new)
    context = {
        "menu": menu_of(request),
        "crumbs": crumbs_of(here, _("différences")),
        "plan": new,
        "former": old,
        "sections": sections,
        "changed": sum(section.is_changed for section in sections),
    }
    return render(request, "schools/plans/compare.html", context)


@require_POST
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version, or go on with the draft."""
    get_object_or_404(School.objects.visible_to(user_of(request)), pk=pk)
    try:
        draft = start_plan(user_of(request), pk)
    except DecisionRefused as refused:
        messages.error(request, str(refused))
        return redirect("schools:school_plan", pk)
    return redirect("schools:write_plan", draft.pk)


def _move(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponse:
    """Do it, say so, and show the version again; a refusal is said on the page."""
    plan_seen(request, pk)
    try:
        act()
    except PlanIncomplete as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('schools:plan', args=[pk])}#manque")
    except DecisionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("schools:plan", pk)


@require_POST
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft in."""
    user = user_of(request)
    done = _("Plan soumis. Le SPW l’examine ; vous pouvez encore le reprendre.")
    return _move(request, pk, lambda: submit_plan(user, pk), done)


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a submitted version, and go on with its copy."""
    plan_seen(request, pk)
    try:
        draft = withdraw_plan(user_of(request), pk)
    except DecisionRefused as refused:
        messages.error(request, str(refused))
        return redirect("schools:plan", pk)
    messages.success(request, _("Plan repris. Vous écrivez la version suivante."))
    return redirect("schools:write_plan", draft.pk)


@require_POST
@login_required
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer approves the version."""
    user = user_of(request)
    return _move(request, pk, lambda: approve_plan(user, pk), _("Plan approuvé, dès aujourd’hui."))


@require_POST
@login_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer sends the version back with reasons."""
    user, reasons = user_of(request), request.POST.get("reasons", "")
    done = _("Plan renvoyé à l’école, avec vos motifs.")
    return _move(request, pk, lambda: return_plan(user, pk, reasons), done)


@require_POST
@login_required
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something beside a version."""
    user, body = user_of(request), request.POST.get("body", "")
    return _move(request, pk, lambda: remark_plan(user, pk, body), _("Remarque ajoutée."))


@require_POST
@login_required
def plan_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a document to a draft."""
    require(can_write_plan(user_of(request), plan_seen(request, pk).school))
    form = PaperForm(request.POST, request.FILES)

    def act() -> None:
        if not form.is_valid():
            raise DecisionRefused(_("Choisissez un document."))
        file = form.file()
        try:
            attach_to_plan(user_of(request), pk, file, file.size or 0, file.name or "")
        except PaperRefused as refused:
            raise DecisionRefused(str(refused)) from refused

    return _move(request, pk, act, _("Document déposé."))
