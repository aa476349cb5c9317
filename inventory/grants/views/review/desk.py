"""The reviewer's desk: what one has to judge, a file beside its grid, links declared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.grants.access.review import can_judge, can_review_calls
from inventory.grants.actions.review.declare_links import declare_links
from inventory.grants.actions.review.refusals import ReadMeanwhile
from inventory.grants.actions.review.save_review import freeze_review, missing_of, save_draft
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.judgements import Assignment, Question, Review, ReviewState
from inventory.grants.rules.calls.grid import Criterion, Grid, read_grid
from inventory.grants.views.calls.reading import parts_of
from inventory.grants.views.review.doing import after
from inventory.grants.views.review.reading import facts_of, said
from schools.models import School, User
from schools.rules import Refused
from schools.views.doors import user_of

DESK_AT_MOST = 400


@require_GET
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """GET `/examens/`: the files given to the reader, and, for officers, how each call stands."""
    user = user_of(request)
    appointed = Appointment.objects.filter(user=user).standing()
    held = (
        Assignment.objects.visible_to(user)
        .of(user)
        .select_related(
            "application__site__school", "application__call__current", "review", "appointment"
        )
        .order_by("application__call", "due_on", "pk")[:DESK_AT_MOST]
    )
    rows = [(row, *_state(row)) for row in held]
    officer = bool(can_review_calls(user))
    context = {
        "menu": "reviews",
        "crumbs": [(_("Mes examens"), None)],
        "rows": rows,
        "left": sum(1 for row in rows if row[1] != "ok"),
        "appointed": list(appointed.select_related("call__current").order_by("-call__reference")),
        "officer": officer,
        "calls": _calls(user) if officer else [],
        "today": timezone.localdate(),
    }
    return render(request, "grants/review/desk.html", context)


def _state(row: Assignment) -> tuple[str, str, str]:
    """Colour, icon and word of an assignment."""
    review = getattr(row, "review", None)
    if review is not None and review.is_frozen:
        return "ok", "lock", _("figé")
    if row.due_on and row.due_on < timezone.localdate():
        return "degraded", "clock-exclamation", _("en retard")
    if review is not None:
        return "planned", "pencil", _("en cours")
    return "suspect", "hourglass", _("à examiner")


def _calls(user: User) -> list[Call]:
    """Published calls whose files wait for a review, with how far they are."""
    sent = Q(applications__state=ApplicationState.SUBMITTED)
    live = Q(applications__assignments__ended_at=None)
    done = live & Q(applications__assignments__review__state=ReviewState.FROZEN)
    rows = Call.objects.visible_to(user).published().select_related("current")
    counted = rows.annotate(
        files=Count("applications", filter=sent, distinct=True),
        given=Count("applications__assignments", filter=sent & live, distinct=True),
        frozen=Count("applications__assignments", filter=sent & done, distinct=True),
    )
    return list(counted.order_by("-reference"))


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion on the grid, as the reader fills it in."""

    criterion: Criterion
    label: str
    help: str
    points: int | None
    comment: str
    scale: list[tuple[int, str]]

    @property
    def weight(self) -> str:
        return f"{self.criterion.weight.normalize():f}"


@require_GET
@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/examens/<id>/`: the file at the left, the grid at the right."""
    user = user_of(request)
    row = seat_of(user, pk)
    answer = can_judge(user, row)
    if isinstance(answer, Refused):
        raise DecisionRefused(answer.why)
    file = row.application
    mine = Review.objects.filter(assignment=row).first() or Review(assignment=row)
    mine.assignment = row
    grid = read_grid(file.version.grid)
    before, behind = _neighbours(user, row)
    editable = not mine.is_frozen and file.state == ApplicationState.SUBMITTED
    others = Review.objects.visible_to(user).filter(assignment__application=file)
    context = {
        "menu": "reviews",
        "crumbs": [(_("Mes examens"), reverse("grants:reviews")), (file.reference, None)],
        "seat": row,
        "file": file,
        "parts": parts_of(file),
        "facts": facts_of(file),
        "kinds": [
            (
                "pedagogical",
                _("Plan pédagogique"),
                mine.pedagogical,
                _lines(grid, mine, "pedagogical"),
            ),
            ("technical", _("Plan technique"), mine.technical, _lines(grid, mine, "technical")),
        ],
        "mine": mine,
        "revision": mine.revision if mine.pk else 1,
        "editable": editable,
        "missing": missing_of(grid, mine) if editable else [],
        "mine_told": told_of(grid, mine),
        "others": [
            (one, told_of(grid, one))
            for one in others.exclude(assignment=row)
            .select_related("assignment")
            .order_by("assignment__seat")
        ],
        "before": before,
        "behind": behind,
        "questions": Question.objects.visible_to(user).filter(application=file),
    }
    return render(request, "grants/review/review.html", context)


def seat_of(user: User, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(user).select_related(
        "appointment__user",
        "application__version",
        "application__form",
        "application__call",
        "application__site__school__authority",
        "application__site__municipality",
    )
    return get_object_or_404(rows, pk=pk)


def _lines(grid: Grid, mine: Review, kind: str) -> list[Line]:
    return [
        Line(
            criterion=one,
            label=said(one.label),
            help=said(one.help),
            points=mine.marks.get(one.key),
            comment=mine.comments.get(one.key, ""),
            scale=[(n, said(one.anchors.get(n))) for n in range(one.max_points + 1)],
        )
        for one in grid.of_kind(kind)
    ]


def told_of(grid: Grid, review: Review) -> list[tuple[str, int | None, str]]:
    """Each criterion with the points and the comment of a review."""
    return [
        (said(one.label), review.marks.get(one.key), review.comments.get(one.key, ""))
        for one in grid.criteria
    ]


def _neighbours(user: User, row: Assignment) -> tuple[int | None, int | None]:
    """The reader's files before and behind this one, in the order of the desk."""
    keys = list(
        Assignment.objects.visible_to(user)
        .of(user)
        .order_by("application__call", "due_on", "pk")
        .values_list("pk", flat=True)[:DESK_AT_MOST]
    )
    if row.pk not in keys:
        return None, None
    at = keys.index(row.pk)
    return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/<id>/enregistrer/`: `{"seen": 3, "marks": {…}, "comments": {…}, …}` in JSON.

    409 where another window wrote since; 400 with the reason for what the grid does not know.
    """
    user = user_of(request)
    seat_of(user, pk)
    try:
        body = json.loads(request.body or b"{}")
        seen = body["seen"]
        values = {name: body[name] for name in FIELDS if name in body}
        readable = isinstance(seen, int) and all(
            isinstance(values.get(name, {}), dict) for name in ("marks", "comments")
        )
    except (ValueError, KeyError, TypeError):
        readable = False
    if not readable:
        return JsonResponse({"error": _("Envoi illisible\u00a0: rechargez la page.")}, status=400)
    try:
        row = save_draft(user, pk, values, seen, timezone.now())
    except ReadMeanwhile as refused:
        return JsonResponse({"error": str(refused)}, status=409)
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    missing = missing_of(read_grid(row.assignment.application.version.grid), row)
    told = {"revision": row.revision, "missing": missing, "at": f"{timezone.localtime():%H:%M:%S}"}
    return JsonResponse(told)


FIELDS = ("marks", "comments", "pedagogical", "technical", "remark")


@require_POST
@login_required
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/<id>/figer/`: for good."""
    user = user_of(request)
    row = seat_of(user, pk)
    told = request.POST.get("seen", "")
    seen = int(told) if told.isdecimal() and len(told) < 10 else 0
    _before, behind = _neighbours(user, row)
    here = reverse("grants:review", args=[pk])
    try:
        freeze_review(user, pk, seen, timezone.now())
    except DecisionImpossible as refused:
        return after(request, _raising(refused), "", here)
    following = reverse("grants:review", args=[behind]) if behind else reverse("grants:reviews")
    return after(
        request,
        lambda: None,
        _("Examen de %(file)s figé.") % {"file": row.application.reference},
        following,
    )


def _raising(refused: DecisionImpossible) -> Any:
    def step() -> None:
        raise refused

    return step


@require_http_methods(["GET", "POST"])
@login_required
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """`/examens/declaration/<appointment>/`: « aucun lien », or the schools one is tied to."""
    user = user_of(request)
    row = get_object_or_404(
        Appointment.objects.filter(user=user).select_related("call__current"), pk=pk
    )
    schools = _schools_of(row.call)
    error = ""
    if request.method == "POST":
        told = {int(one) for one in request.POST.getlist("school") if one.isdecimal()}
        named = [school for school in schools if school.pk in told]
        none = request.POST.get("links") == "none"
        try:
            declare_links(user, pk, [] if none else named, timezone.now(), none=none)
        except DecisionImpossible as refused:
            error = str(refused)
        else:
            return redirect("grants:reviews")
    known = set(row.links.values_list("school", flat=True))
    context = {
        "menu": "reviews",
        "crumbs": [(_("Mes examens"), reverse("grants:reviews")), (_("Mes liens"), None)],
        "row": row,
        "schools": [(school, school.pk in known) for school in schools],
        "error": error,
        "known": known,
    }
    return render(request, "grants/review/declare.html", context, status=400 if error else 200)


def _schools_of(call: Call) -> list[School]:
    """The schools that sent a file: their names alone, so that one can say which one knows."""
    keys = Application.objects.filter(call=call).sent().values("site__school")
    return list(School.objects.filter(pk__in=keys).select_related("authority").order_by("name"))


urlpatterns: list[URLPattern] = [
    path("examens/", reviews, name="reviews"),
    path("examens/<int:pk>/", review, name="review"),
    path("examens/<int:pk>/enregistrer/", save, name="review_save"),
    path("examens/<int:pk>/figer/", freeze, name="review_freeze"),
    path("examens/declaration/<int:pk>/", declare, name="declare_links"),
]
