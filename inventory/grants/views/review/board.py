"""How far the review of a call is: reviewers with their load, files with their seats, conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from inventory.access import require
from inventory.grants.access.review import can_review_calls
from inventory.grants.actions.review.assign import (
    assign_by_hand,
    assign_call,
    frozen_reviews,
    needed_for,
    take_back,
)
from inventory.grants.actions.review.remind import remind_call
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment, Recusal, Skill
from inventory.grants.models.review.judgements import Assignment, Question, Review
from inventory.grants.rules.calls.grid import read_grid
from inventory.grants.rules.review.scores import diverges
from inventory.grants.views.review.doing import after, key_of
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

PASSED = {
    "conflict": gettext_lazy("en conflit d’intérêts"),
    "taken": gettext_lazy("déjà sur ce dossier"),
    "undeclared": gettext_lazy("liens non déclarés"),
    "language": gettext_lazy("autre langue"),
    "load": gettext_lazy("charge complète"),
}


def _by_progress(rows: Any, value: str) -> Any:
    held = Assignment.objects.standing().values("application")
    return rows.exclude(pk__in=held) if value == "personne" else rows.filter(pk__in=held)


FILTERS = (
    Filter(
        "confie",
        gettext_lazy("Confié"),
        lambda: [("personne", _("à personne")), ("oui", _("confié"))],
        _by_progress,
    ),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
)
BY_REFERENCE = (Column("reference"), KEY)


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewer and how far they are."""

    row: Appointment
    given: int
    frozen: int

    @property
    def left(self) -> int:
        return self.given - self.frozen


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file, its seats, and what it still needs."""

    file: Application
    seats: list[tuple[Assignment, str, str, str, str]]
    needed: int
    done: int
    apart: bool

    @property
    def lacks(self) -> int:
        return max(self.needed - len(self.seats), 0)


@require_GET
@login_required
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/examens/appels/<call>/`."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    asked = _asked(user, call, request)
    files, next_ = page_of(asked, BY_REFERENCE, request.GET.get("apres", ""))
    lines = lines_of(files)
    people = people_of(call)
    context = {
        "menu": "reviews",
        "crumbs": [(_("Mes examens"), reverse("grants:reviews")), (call.reference, None)],
        "call": call,
        "lines": lines,
        "people": people,
        "total": asked.count(),
        "given": sum(one.given for one in people),
        "frozen": sum(one.frozen for one in people),
        "undeclared": [one for one in people if one.row.declared_at is None],
        "recusals": Recusal.objects.visible_to(user)
        .filter(application__call=call)
        .select_related("application", "user", "given_to")[:50],
        "unanswered": Question.objects.visible_to(user)
        .filter(application__call=call)
        .unanswered()
        .count(),
        "after": next_,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "grants/review/board.html", context)


def call_of(user: User, pk: int) -> Call:
    """A published call that the reader sees."""
    rows = Call.objects.visible_to(user).published().select_related("current")
    return get_object_or_404(rows, pk=pk)


def _asked(user: User, call: Call, request: HttpRequest) -> Any:
    rows = (
        Application.objects.visible_to(user)
        .filter(call=call)
        .sent()
        .exclude(state=ApplicationState.INELIGIBLE)
        .select_related("site__school", "version")
    )
    if words := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
        found = rows.filter(reference__icontains=words) | rows.filter(title__icontains=words)
        rows = found | rows.filter(site__school__name__icontains=words)
    return narrowed(rows, FILTERS, request.GET)


def people_of(call: Call) -> list[Person]:
    """The reviewers in office, and those who left with frozen reviews behind; three queries."""
    given: dict[int, int] = {}
    for key in (
        Assignment.objects.standing()
        .filter(appointment__call=call)
        .values_list("appointment", flat=True)
    ):
        given[key] = given.get(key, 0) + 1
    frozen: dict[int, int] = {}
    for key in (
        Review.objects.counting()
        .filter(assignment__appointment__call=call)
        .values_list("assignment__appointment", flat=True)
    ):
        frozen[key] = frozen.get(key, 0) + 1
    rows = call.appointments.select_related("user", "workplace").order_by("user__full_name", "pk")
    return [
        Person(row, given.get(row.pk, 0), frozen.get(row.pk, 0))
        for row in rows
        if row.ended_at is None or given.get(row.pk)
    ]


def lines_of(files: list[Application]) -> list[FileLine]:
    """Each file with its seats in words; two queries whatever their number."""
    keys = [file.pk for file in files]
    held: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.standing().filter(application__in=keys)
    for row in rows.select_related("appointment__user", "review").order_by("seat"):
        held.setdefault(row.application_id, []).append(row)
    frozen = frozen_reviews(keys)
    found = []
    for file in files:
        facts = frozen.get(file.pk, [])
        apart = len(facts) > 1 and diverges(
            read_grid(file.version.grid), facts, file.version.divergence_points
        )
        seats = [(row, *_seat_words(row)) for row in held.get(file.pk, [])]
        found.append(FileLine(file, seats, needed_for(file, facts), len(facts), apart))
    return found


def _seat_words(row: Assignment) -> tuple[str, str, str, str]:
    """Colour, icon, word, and why this reviewer."""
    review = getattr(row, "review", None)
    if review is None:
        state = ("suspect", "hourglass", _("à faire"))
    elif review.is_frozen:
        state = ("ok", "lock", _("figé"))
    else:
        state = ("planned", "pencil", _("en cours"))
    return (*state, why_words(row.why))


def why_words(why: dict[str, Any]) -> str:
    """Why the proposal chose this reviewer, in one sentence; by hand: so it says."""
    if not why:
        return _("Confié à la main.")
    told = []
    if skill := why.get("skill"):
        told.append(_("compétence %(skill)s") % {"skill": Skill(skill).label})
    if why.get("level"):
        told.append(_("niveau de l’école"))
    told.append(_("langue %(language)s") % {"language": why.get("language", "")})
    told.append(
        _("%(load)d dossiers sur %(most)d")
        % {"load": why.get("load", 0), "most": why.get("max_load", 0)}
    )
    if passed := why.get("passed"):
        others = ", ".join(f"{n} {PASSED.get(key, key)}" for key, n in sorted(passed.items()))
        told.append(_("écartés\u00a0: %(others)s") % {"others": others})
    return _("Proposé\u00a0: %(why)s.") % {"why": "; ".join(told)}


@require_POST
@login_required
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/appels/<call>/confier/`: fill every free seat."""
    user = user_of(request)
    call = call_of(user, pk)
    chosen, lacking = assign_call(user, call, timezone.now())
    told = ngettext("%(n)d dossier confié.", "%(n)d dossiers confiés.", len(chosen))
    messages.success(request, told % {"n": len(chosen)})
    if lacking:
        short = ngettext(
            "%(n)d place reste libre\u00a0: %(why)s.",
            "%(n)d places restent libres\u00a0: %(why)s.",
            len(lacking),
        )
        reasons = sorted({reason for one in lacking for reason in one.passed})
        words = ", ".join(str(PASSED.get(one, one)) for one in reasons) or _(
            "personne n’est désigné"
        )
        messages.warning(request, short % {"n": len(lacking), "why": words})
    return redirect("grants:review_board", pk)


@require_POST
@login_required
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/confier/<application>/`: one file to one reviewer, by hand."""
    user = user_of(request)
    file = get_object_or_404(Application.objects.visible_to(user), pk=pk)
    return after(
        request,
        lambda: assign_by_hand(user, file, key_of(request, "appointment"), timezone.now()),
        _("Dossier confié."),
        reverse("grants:review_board", args=[file.call_id]),
    )


@require_POST
@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/<assignment>/reprendre/`: with a reason."""
    user = user_of(request)
    row = get_object_or_404(Assignment.objects.visible_to(user), pk=pk)
    return after(
        request,
        lambda: take_back(
            user, pk, request.POST.get("why", "").replace("\x00", ""), timezone.now()
        ),
        _("Dossier repris."),
        reverse("grants:review_board", args=[row.application.call_id]),
    )


@require_POST
@login_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/appels/<call>/rappeler/`: who has something to do is written to."""
    user = user_of(request)
    call = call_of(user, pk)
    sent = remind_call(user, call, timezone.now())
    told = ngettext("%(n)d rappel envoyé.", "%(n)d rappels envoyés.", sent) % {"n": sent}
    messages.success(request, told)
    return redirect("grants:review_board", pk)


@require_GET
@login_required
def export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/examens/appels/<call>/avancement.csv`: files, seats and how far they are; no score."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    files = list(in_order(_asked(user, call, request), BY_REFERENCE))
    heads = [
        *(_("Dossier"), _("Projet"), _("École"), _("Examens demandés"), _("Examens figés")),
        *(_("Évaluateurs"), _("Divergence")),
    ]
    rows = [
        (
            line.file.reference,
            line.file.title,
            str(line.file.site),
            line.needed,
            line.done,
            ", ".join(f"{seat[0].appointment.user} ({seat[3]})" for seat in line.seats),
            _("oui") if line.apart else "",
        )
        for line in lines_of(files)
    ]
    return sheet_response(request, "examens", heads, rows, ending=ending, people=True)


urlpatterns: list[URLPattern] = [
    path("examens/appels/<int:pk>/", board, name="review_board"),
    path("examens/appels/<int:pk>/confier/", propose, name="propose_assignments"),
    path("examens/appels/<int:pk>/rappeler/", remind, name="remind_reviewers"),
    path("examens/confier/<int:pk>/", assign, name="assign_file"),
    path("examens/<int:pk>/reprendre/", take, name="take_back_file"),
    *sheet_paths("examens/appels/<int:pk>/avancement", export, "review_board_export"),
]
