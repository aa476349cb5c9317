"""Validate, countersign, send, take back, withdraw; and an officer's check of what was sent."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import (
    can_check,
    can_countersign,
    can_send,
    can_validate,
)
from inventory.grants.actions.calls.check_application import (
    accept_application,
    refuse_application,
    return_application,
)
from inventory.grants.actions.calls.sign_application import (
    countersign_application,
    reopen_application,
    validate_application,
)
from inventory.grants.actions.calls.submit_application import (
    submit_application,
    take_back,
    withdraw_application,
)
from inventory.grants.models.calls.applications import Application
from inventory.grants.views.calls.applications import application_of, page_of
from schools.models import User
from schools.rules import Answer
from schools.views.doors import user_of


def _act(
    request: HttpRequest,
    pk: int,
    may: Callable[[User, Application], Answer],
    act: Callable[[User], object],
    done: str,
) -> HttpResponse:
    """Whether the person may, then the action; a refusal is shown on the page, with its status."""
    user = user_of(request)
    row = application_of(user, pk)
    require(may(user, row))
    try:
        act(user)
    except DecisionImpossible as refused:
        page = page_of(user, application_of(user, pk), timezone.now(), refused=str(refused))
        return render(request, "grants/calls/application.html", page, status=409)
    messages.success(request, done)
    if not Application.objects.visible_to(user).filter(pk=pk).exists():
        return redirect("grants:applications")  # an officer gave it back: a draft is the school's
    return redirect("grants:application", pk)


@require_POST
@login_required
def validate(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/valider/`."""
    done = _("Dossier validé. Les réponses ne changent plus.")
    return _act(
        request, pk, can_validate, lambda u: validate_application(u, pk, timezone.now()), done
    )


@require_POST
@login_required
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/contresigner/`."""
    done = _("Dossier contresigné. Il reste à l’envoyer.")
    return _act(
        request, pk, can_countersign, lambda u: countersign_application(u, pk, timezone.now()), done
    )


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/reprendre/`: before it is sent."""
    done = _("Dossier repris en brouillon. Il faudra le valider à nouveau.")
    why = request.POST.get("why", "")
    return _act(
        request, pk, can_send, lambda u: reopen_application(u, pk, timezone.now(), why), done
    )


@require_POST
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/envoyer/`."""
    done = _("Dossier envoyé. L’accusé de réception est ci-dessous et part par courriel.")
    return _act(request, pk, can_send, lambda u: submit_application(u, pk), done)


@require_POST
@login_required
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/reprendre-envoi/`: until the deadline."""
    done = _("Dossier repris en brouillon. Renvoyez-le avant la clôture.")
    return _act(request, pk, can_send, lambda u: take_back(u, pk), done)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/retirer/`."""
    why = request.POST.get("why", "")
    return _act(
        request, pk, can_send, lambda u: withdraw_application(u, pk, why), _("Dossier retiré.")
    )


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/accorder/`."""
    done = _("Dossier valable\u00a0: il est accordé.")
    return _act(request, pk, can_check, lambda u: accept_application(u, pk, timezone.now()), done)


@require_POST
@login_required
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/renvoyer/`: to be completed."""
    why = request.POST.get("why", "")
    done = _("Dossier renvoyé à l’école, avec le motif.")
    return _act(
        request, pk, can_check, lambda u: return_application(u, pk, why, timezone.now()), done
    )


@require_POST
@login_required
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/dossiers/<id>/non-recevable/`."""
    why = request.POST.get("why", "")
    done = _("Dossier non recevable\u00a0: l’école en lit le motif.")
    return _act(
        request, pk, can_check, lambda u: refuse_application(u, pk, why, timezone.now()), done
    )


urlpatterns: list[URLPattern] = [
    path("dossiers/<int:pk>/valider/", validate, name="validate_application"),
    path("dossiers/<int:pk>/contresigner/", countersign, name="countersign_application"),
    path("dossiers/<int:pk>/reprendre/", reopen, name="reopen_application"),
    path("dossiers/<int:pk>/envoyer/", submit, name="submit_application"),
    path("dossiers/<int:pk>/reprendre-envoi/", back, name="take_back_application"),
    path("dossiers/<int:pk>/retirer/", withdraw, name="withdraw_application"),
    path("dossiers/<int:pk>/accorder/", accept, name="accept_application"),
    path("dossiers/<int:pk>/renvoyer/", give_back, name="return_application"),
    path("dossiers/<int:pk>/non-recevable/", refuse, name="refuse_application"),
]
