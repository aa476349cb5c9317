"""Questions to the school and their answers: asked from the desk, shown on the school's file."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.grants.access.review import can_answer_question, can_question
from inventory.grants.actions.review.ask_question import (
    DAYS_TO_ANSWER,
    answer_question,
    ask_question,
)
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.review.decisions import Decision
from inventory.grants.models.review.judgements import Assignment, Question
from inventory.grants.views.review.doing import after
from schools.models import User
from schools.views.doors import user_of


@require_GET
@login_required
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/examens/questions/dossier/<id>/`: questions and decision, for the page of the file."""
    user = user_of(request)
    file = file_of(user, pk)
    decision = Decision.objects.visible_to(user).filter(application=file).standing().first()
    context = {
        "file": file,
        "questions": Question.objects.visible_to(user).filter(application=file),
        "may_ask": bool(can_question(user, file)) and file.state == "submitted",
        "may_answer": bool(can_answer_question(user, file)),
        "due_on": timezone.localdate() + dt.timedelta(days=DAYS_TO_ANSWER),
        "decision": decision,
        "today": timezone.localdate(),
    }
    return render(request, "grants/review/_panel.html", context)


@require_GET
@login_required
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/examens/questions/<application>/page/`: the same on a page of its own."""
    user = user_of(request)
    file = file_of(user, pk)
    context = {
        "menu": "my_applications" if can_answer_question(user, file) else "reviews",
        "crumbs": [(file.reference, _file_address(file)), (_("Questions"), None)],
        "file": file,
        "questions": Question.objects.visible_to(user).filter(application=file),
        "may_ask": bool(can_question(user, file)) and file.state == "submitted",
        "may_answer": bool(can_answer_question(user, file)),
        "due_on": timezone.localdate() + dt.timedelta(days=DAYS_TO_ANSWER),
        "today": timezone.localdate(),
    }
    return render(request, "grants/review/questions.html", context)


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/questions/dossier/<id>/poser/`."""
    user = user_of(request)
    file = file_of(user, pk)
    try:
        due = parse_date(request.POST.get("due_on", ""))
    except ValueError:
        due = None
    text = request.POST.get("text", "").replace("\x00", "")
    return after(
        request,
        lambda: ask_question(user, file, text, due, timezone.now()),
        _("Question posée à l’école."),
        _back(user, file),
    )


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/examens/questions/<id>/repondre/`."""
    user = user_of(request)
    row = get_object_or_404(Question.objects.visible_to(user), pk=pk)
    text = request.POST.get("answer", "").replace("\x00", "")
    return after(
        request,
        lambda: answer_question(user, pk, text, timezone.now()),
        _("Réponse envoyée."),
        reverse("grants:questions", args=[row.application_id]),
    )


def file_of(user: User, pk: int) -> Application:
    rows = Application.objects.visible_to(user).select_related("site__school", "call")
    return get_object_or_404(rows, pk=pk)


def _back(user: User, file: Application) -> str:
    """The desk, for who judges the file; its page for others."""
    seat = Assignment.objects.visible_to(user).of(user).filter(application=file).first()
    if seat is not None:
        return reverse("grants:review", args=[seat.pk])
    return reverse("grants:questions", args=[file.pk])


def _file_address(file: Application) -> str | None:
    try:
        return reverse("grants:application", args=[file.pk])
    except NoReverseMatch:
        return None


urlpatterns: list[URLPattern] = [
    path("examens/questions/dossier/<int:pk>/", questions, name="questions"),
    path("examens/questions/dossier/<int:pk>/panneau/", panel, name="questions_panel"),
    path("examens/questions/dossier/<int:pk>/poser/", ask, name="ask_question"),
    path("examens/questions/<int:pk>/repondre/", answer, name="answer_question"),
]
