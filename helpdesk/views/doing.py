"""What a technician does to a ticket: one POST, one action, one toast."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from helpdesk.access import ActionRefused
from helpdesk.actions.act_remotely import read_again, restart_feeding_port
from helpdesk.actions.ask_contact import ask_contact
from helpdesk.actions.close_ticket import close_ticket
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.release_ticket import release_ticket
from helpdesk.actions.reopen_ticket import reopen_ticket
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.actions.resume_ticket import resume_ticket
from helpdesk.actions.set_priority import set_priority
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.forms import AskForm, PriorityForm, ReplyForm, ResolveForm
from helpdesk.models import Ticket, TicketState
from helpdesk.views.doors import (
    back_to,
    done,
    found,
    person,
    refused,
    seen_ticket,
    technicians_only,
)

BULK_AT_MOST = 100


def _act(
    request: HttpRequest, pk: int, action: Callable[[], object], text: str, undo: str = ""
) -> HttpResponse:
    """Run one action and answer with ``text``, or with the words that the action returns."""
    try:
        told = found(action)
    except ActionRefused as error:
        return refused(request, error)
    url = back_to(request, reverse("helpdesk:ticket", args=[pk]))
    text = told if isinstance(told, str) else text
    return done(request, text, url, reverse(f"helpdesk:{undo}", args=[pk]) if undo else "")


@require_POST
@technicians_only
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/prendre/`."""
    user = person(request)
    return _act(
        request,
        pk,
        lambda: take_ticket(pk, by=user),
        _("Ticket %(n)d pris.") % {"n": pk},
        undo="release",
    )


@require_POST
@technicians_only
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/rendre/`."""
    user = person(request)
    text = _("Ticket %(n)d rendu à la file.") % {"n": pk}
    return _act(request, pk, lambda: release_ticket(pk, by=user), text, undo="take")


@require_POST
@technicians_only
def take_many(request: HttpRequest) -> HttpResponse:
    """POST `/file/prendre/`: take the selected tickets; those already taken are left alone."""
    user = person(request)
    wanted = [int(pk) for pk in request.POST.getlist("ticket") if pk.isdecimal()][:BULK_AT_MOST]
    if not wanted:
        return refused(request, PermissionDenied(_("Cochez d’abord des tickets.")))
    taken, why = 0, ""
    for pk in wanted:
        try:
            take_ticket(pk, by=user)
            taken += 1
        except ActionRefused as error:
            why = error.why
        except Ticket.DoesNotExist:
            continue
    text = ngettext("%(n)d ticket pris.", "%(n)d tickets pris.", taken) % {"n": taken}
    return done(request, f"{text} {why}".strip(), back_to(request, reverse("helpdesk:queue")))


@require_POST
@login_required
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/repondre/`: to the school, or a note when ``internal`` is ticked."""
    user, form = person(request), ReplyForm(request.POST)
    if not form.is_valid():
        seen_ticket(request, pk)
        return refused(request, ActionRefused(_("Écrivez d’abord le message.")))
    said = form.cleaned_data
    text = _("Note enregistrée.") if said["internal"] else _("Message envoyé à l’école.")

    def send() -> str:
        comment = comment_ticket(
            pk, said["body"], by=user, internal=said["internal"], wait=said["wait"]
        )
        if said["wait"] and not said["internal"]:
            if comment.ticket.state == TicketState.WAITING:
                return _("Message envoyé. Le délai est en pause jusqu’à la réponse.")
            return _("Message envoyé. Le ticket est résolu entre-temps : son délai ne court plus.")
        return text

    return _act(request, pk, send, text)


@require_POST
@technicians_only
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/demander/`: ask the school to look."""
    user, form = person(request), AskForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    text = _("Contrôle visuel demandé. Le délai est en pause jusqu’à la réponse.")
    words = form.cleaned_data["message"]
    return _act(request, pk, lambda: ask_contact(pk, by=user, message=words), text)


@require_POST
@technicians_only
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/reprendre/`."""
    user = person(request)
    return _act(request, pk, lambda: resume_ticket(pk, by=user), _("Le délai court à nouveau."))


@require_POST
@technicians_only
def priority(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/priorite/`."""
    user, form = person(request), PriorityForm(request.POST)
    if not form.is_valid():
        seen_ticket(request, pk)
        return HttpResponseBadRequest()
    said = form.cleaned_data
    return _act(
        request,
        pk,
        lambda: set_priority(pk, said["priority"], by=user, why=said["why"]),
        _("Priorité changée : le délai est recalculé."),
    )


@require_POST
@technicians_only
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/resoudre/`."""
    user, form = person(request), ResolveForm(request.POST)
    if not form.is_valid():
        seen_ticket(request, pk)
        return refused(request, ActionRefused(_("Dites comment la panne a été réparée.")))
    said = form.cleaned_data
    return _act(
        request,
        pk,
        lambda: resolve_ticket(pk, said["mode"], said["text"], by=user),
        _("Ticket %(n)d résolu. L’école est prévenue.") % {"n": pk},
        undo="reopen",
    )


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/rouvrir/`."""
    user, why = person(request), request.POST.get("why", "")[:500]
    text = _("Ticket %(n)d rouvert.") % {"n": pk}
    return _act(request, pk, lambda: reopen_ticket(pk, by=user, why=why), text)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/clore/`."""
    user = person(request)
    text = _("Ticket %(n)d clos.") % {"n": pk}
    return _act(request, pk, lambda: close_ticket(pk, by=user), text)


@require_POST
@technicians_only
def reread(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/relire/`."""
    user = person(request)
    return _act(request, pk, lambda: read_again(pk, by=user), _("Lecture demandée : environ 3 s."))


@require_POST
@technicians_only
def restart(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/tickets/<pk>/redemarrer/`: the port that feeds the device."""
    user = person(request)
    text = _("Port redémarré. L’équipement revient d’ici une minute.")
    return _act(request, pk, lambda: restart_feeding_port(pk, by=user), text)
