"""One request as its school follows it: the conversation, the visual check, the confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpdesk.access import ActionRefused, require
from helpdesk.access_school import can_answer, reason
from helpdesk.actions.answer_visual_check import answer_visual_check
from helpdesk.actions.attach_photo import attach_photo
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.confirm_recovery import confirm_recovery
from helpdesk.conversation import conversation
from helpdesk.forms_school import MessageForm, NoteForm
from helpdesk.models import Ticket, TicketState, VisualCheck
from helpdesk.plain_steps import NEXT, steps
from helpdesk.problems import UNSEEN
from helpdesk.school_now import (
    coverage_of,
    fault_of,
    followed,
    story_of,
    title_for_school,
)
from helpdesk.views.school_site import context_of, user_of
from schools.photos import PhotoRefused, reencode

ANSWERS = "check_answers"


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    return get_object_or_404(followed(user_of(request)), pk=pk)


def _thread(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What the page shows, live part included."""
    user = user_of(request)
    answer = can_answer(user, ticket)
    fault = fault_of(ticket, coverage_of(ticket.site))
    told = steps(story_of(ticket, user, fault), timezone.now())
    open_check = next((c for c in ticket.visual_checks.all() if c.answered_at is None), None)
    causes = list(ticket.causes.all())
    context = context_of(
        request,
        ticket.site,
        "requests",
        ticket=ticket,
        title=title_for_school(ticket, fault),
        next_step=next((step for step in told if step.state == NEXT), None),
        lines=conversation(ticket, user),
        open_check=open_check,
        to_confirm=ticket.state == TicketState.RESOLVED
        or (ticket.state in TicketState.live() and causes and all(c.recovered_at for c in causes)),
        may_end=ticket.state in TicketState.live() and all(c.recovered_at for c in causes),
        form=MessageForm(),
    )
    return {**context, "may_write": bool(answer), "why_not": reason(answer)}


@require_GET
@never_cache
@login_required
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/demandes/<id>/`."""
    context = _thread(request, _ticket(request, pk))
    return render(request, "helpdesk/school/request.html", context)


@require_GET
@never_cache
@login_required
def request_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/demandes/<id>/fil/`: the live part alone."""
    return render(request, "helpdesk/school/_thread.html", _thread(request, _ticket(request, pk)))


@require_POST
@login_required
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something; a photo may come along."""
    ticket = _ticket(request, pk)
    _require(request, ticket)
    form, file = MessageForm(request.POST), request.FILES.get("photo")
    words = request.POST.get("body", "")
    try:
        if file is not None:
            attach_photo(user_of(request), ticket.pk, file, file.size or 0, words)
        elif form.is_valid():
            comment_ticket(ticket.pk, form.cleaned_data["body"], by=user_of(request))
        else:
            messages.error(request, " ".join(str(e) for e in form.errors["body"]))
    except (PhotoRefused, ActionRefused) as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{_url(ticket)}#fin")


def _url(ticket: Ticket) -> str:
    return reverse("helpdesk:request", args=[ticket.pk])


def _require(request: HttpRequest, ticket: Ticket) -> None:
    require(can_answer(user_of(request), ticket))


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """“It works again” or “it still does not”; the second asks for a few words first."""
    ticket = _ticket(request, pk)
    _require(request, ticket)
    if request.method == "GET":
        fault = fault_of(ticket, coverage_of(ticket.site))
        context = context_of(
            request, ticket.site, "requests", ticket=ticket, title=title_for_school(ticket, fault)
        )
        return render(request, "helpdesk/school/confirm.html", context)
    works = request.POST.get("works") == "1"
    try:
        confirm_recovery(
            user_of(request), ticket.pk, works=works, words=request.POST.get("words", "")[:5000]
        )
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_url(ticket))
    if works:
        messages.success(request, _("Merci. La demande est close."))
    else:
        messages.success(request, _("C’est noté : le helpdesk reprend la panne."))
    return redirect(_url(ticket))


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def check(request: HttpRequest, pk: int, check_pk: int, step: int = 1) -> HttpResponse:
    """A visual check: one question per screen, a last screen for words and a photo.

    Answers wait in the session until the last screen sends them together.
    """
    ticket = _ticket(request, pk)
    _require(request, ticket)
    asked = get_object_or_404(VisualCheck, pk=check_pk, ticket=ticket)
    if asked.answered_at is not None:
        messages.success(request, _("Ce contrôle a déjà une réponse. Merci."))
        return redirect(_url(ticket))
    total = len(asked.questions) + 1
    if not 1 <= step <= total:
        raise Http404
    kept: dict[str, str] = request.session.get(ANSWERS, {}).get(str(asked.pk), {})
    if request.method == "POST" and step < total:
        return _keep_answer(request, ticket, asked, step, kept)
    if request.method == "POST":
        return _send_check(request, ticket, asked, kept)
    unanswered = next((n for n, q in enumerate(asked.questions, 1) if q["key"] not in kept), total)
    if step > unanswered:
        return redirect("helpdesk:request_check", ticket.pk, asked.pk, unanswered)
    context = _check_context(request, ticket, asked, step, kept)
    return render(request, "helpdesk/school/check.html", context)


def _check_context(
    request: HttpRequest, ticket: Ticket, asked: VisualCheck, step: int, kept: dict[str, str]
) -> dict[str, Any]:
    total = len(asked.questions) + 1
    question = asked.questions[step - 1] if step < total else None
    values = [str(choice[0]) for choice in question["choices"]] if question else []
    return context_of(
        request,
        ticket.site,
        "requests",
        ticket=ticket,
        check=asked,
        step=step,
        steps=range(1, total + 1),
        total=total,
        question=question,
        chosen=kept.get(question["key"], "") if question else "",
        unseen="" if {UNSEEN, "unsure"} & set(values) else UNSEEN,
        form=NoteForm(),
    )


def _keep_answer(
    request: HttpRequest, ticket: Ticket, asked: VisualCheck, step: int, kept: dict[str, str]
) -> HttpResponse:
    question = asked.questions[step - 1]
    value = request.POST.get("answer", "")
    if value != UNSEEN and value not in {str(choice[0]) for choice in question["choices"]}:
        raise Http404
    everything = request.session.get(ANSWERS, {})
    everything[str(asked.pk)] = {**kept, question["key"]: value}
    request.session[ANSWERS] = everything
    return redirect("helpdesk:request_check", ticket.pk, asked.pk, step + 1)


def _send_check(
    request: HttpRequest, ticket: Ticket, asked: VisualCheck, kept: dict[str, str]
) -> HttpResponse:
    file = request.FILES.get("photo")
    try:
        jpeg = reencode(file, file.size or 0) if file else None
        answer_visual_check(
            user_of(request), asked.pk, kept, note=request.POST.get("note", ""), photo=jpeg
        )
    except PhotoRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_url(ticket))
    everything = request.session.get(ANSWERS, {})
    everything.pop(str(asked.pk), None)
    request.session[ANSWERS] = everything
    messages.success(request, _("Merci ! Le helpdesk a reçu votre réponse."))
    return redirect(_url(ticket))
