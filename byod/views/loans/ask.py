"""A school asks a shared pool for devices, on the page of the pool."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from byod.access.loans.desk import can_lend, can_lend_somewhere
from byod.actions.loans.ask_pool import Asked, ask_pool, free_in, waiting_at
from byod.actions.loans.drawing import held_by, room_in
from byod.loan_days import year_end
from byod.models.loans.pools import LoanPool
from byod.models.people.members import MEMBER_READERS
from byod.rules.loans.pools import most_of
from inventory.access import DecisionImpossible, require
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.views.doors import user_of

SITES = 10
"""Sites of one person for which the page has a form."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a site may ask a shared pool for now."""

    site: Site
    held: int
    room: int | None
    waiting: int
    most: int
    due_on: dt.date
    models: list[tuple[int, str, int]]
    """Product, its words, how many are free."""


def offers_of(user: User, pool: LoanPool) -> list[Offer]:
    """One for each site at which the person lends and that may draw on the pool."""
    sites = Site.objects.filter(sites_q(scope_of(user, MEMBER_READERS))).select_related("school")
    may = [
        one
        for one in sites.order_by("name")[:SITES]
        if can_lend(user, one) and LoanPool.objects.of_site(one).filter(pk=pool.pk).exists()
    ]
    if not may:
        return []
    counted = (
        free_in(pool)
        .order_by()
        .values_list("device__product", "device__product__maker", "device__product__model")
    )
    models = [
        (key, f"{maker} {model}", n) for key, maker, model, n in counted.annotate(n=Count("pk"))
    ]
    models.sort(key=lambda one: one[1])
    return [_offer(one, pool, models) for one in may]


def _offer(site: Site, pool: LoanPool, models: list[tuple[int, str, int]]) -> Offer:
    room, waiting = room_in(pool, site), waiting_at(site).count()
    return Offer(
        site=site,
        held=held_by(pool, site),
        room=room,
        waiting=waiting,
        most=most_of(room, waiting, sum(n for _key, _words, n in models)),
        due_on=year_end(site, timezone.localdate()),
        models=models,
    )


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/demander/`."""
    user = user_of(request)
    get_object_or_404(LoanPool.objects.visible_to(user), pk=pk)
    require(can_lend_somewhere(user))
    try:
        made = ask_pool(user, pk, _number(request, "implantation"), _asked(request))
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext(
            "%(n)d appareil vous est réservé\u00a0: %(names)s.",
            "%(n)d appareils vous sont réservés\u00a0: %(names)s.",
            len(made),
        )
        names = ", ".join(str(one.item) for one in made)
        messages.success(request, words % {"n": len(made), "names": names})
    return redirect("byod:loan_pool", pk)


def _asked(request: HttpRequest) -> Asked:
    try:
        day = parse_date(request.POST.get("jour", ""))
    except ValueError:
        day = None
    if day is None:
        raise DecisionImpossible(_("Indiquez le jour où les appareils se rendent."))
    return Asked(
        _number(request, "nombre"),
        day,
        _number(request, "deja"),
        _number(request, "modele") or None,
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0


urlpatterns: list[URLPattern] = [
    path("prets/reserves/<int:pk>/demander/", ask, name="loan_pool_ask"),
]
