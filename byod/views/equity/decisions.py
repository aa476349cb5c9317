"""Deciding requests: some that were chosen, or a whole list at once; taking a decision back."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from byod.actions.equity.decide_requests import (
    Decided,
    decide_requests,
    propose_decisions,
    undo_decision,
)
from byod.actions.equity.make_round import standing_order
from byod.equity_places import keys_in, schools_run_by
from byod.listing_requests import listed
from byod.models.equity.requests import RequestState
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible
from schools.models import User
from schools.views.doors import user_of

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
ACTS = ("accorder", "accorder-disponibles", "refuser")


def stamp(at: dt.datetime) -> str:
    """A moment as an address carries it: microseconds, nothing lost."""
    return str((at - EPOCH) // MICROSECOND)


def moment_of(text: str) -> dt.datetime | None:
    """What ``stamp`` wrote; None for anything else."""
    keys = keys_in([text])
    try:
        return EPOCH + keys[0] * MICROSECOND if keys else None
    except OverflowError:
        return None


def undo_url(request: HttpRequest) -> str:
    """The address that takes back the decision just made; empty when none was."""
    at = moment_of(request.GET.get("fait", ""))
    if at is None:
        return ""
    return f"{reverse('byod:loan_requests_undo')}?{urlencode({'fait': stamp(at)})}"


@require_POST
@login_required
def decide(request: HttpRequest) -> HttpResponse:
    """POST `/demandes-de-pret/decider/`: grant, refuse, or prepare for the head.

    ``demande``: those chosen. ``liste``: all that is to be decided in the list of ``retour``,
    asked before ``vu``, the moment at which the person read it.
    """
    user = user_of(request)
    why, act = request.POST.get("motif", "").replace("\x00", ""), request.POST.get("acte", "")
    back = _back(request)
    try:
        if act in ("proposer", "proposer-refus"):
            keys = keys_in(request.POST.getlist("demande"))
            done = propose_decisions(user, keys, grant=act == "proposer", why=why)
            n = len(done.changed)
            told = ngettext("%(n)d proposition notée.", "%(n)d propositions notées.", n)
            messages.success(request, told % {"n": n})
            return redirect(back)
        if act not in ACTS:
            raise DecisionImpossible(_("Choisissez d’accorder ou de refuser."))
        keys = _keys(user, request, back)
        available = act == "accorder-disponibles"
        done = decide_requests(user, keys, grant=act != "refuser", why=why, available=available)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect(back)
    _tell(request, done)
    if not done.changed or done.at is None:
        return redirect(back)
    return redirect(f"{back}{'&' if '?' in back else '?'}fait={stamp(done.at)}")


def _keys(user: User, request: HttpRequest, back: str) -> list[int]:
    """The requests that the form means. Raises DecisionImpossible where none is to be decided."""
    if not request.POST.get("liste"):
        return keys_in(request.POST.getlist("demande"))
    query = QueryDict(back.partition("?")[2])
    schools = schools_run_by(user)
    school = next((one for one in schools if str(one.pk) == query.get("ecole")), None)
    school = school or next(iter(schools), None)
    seen_at = moment_of(request.POST.get("vu", "")) or timezone.now()
    order = standing_order(school, school_year(timezone.localdate())) if school else None
    rows = listed(user, school, "attente", query, order) if school and order else []
    keys = [
        one.request.pk
        for one in rows
        if one.request.state == RequestState.ASKED and one.request.asked_at <= seen_at
    ]
    if not keys:
        raise DecisionImpossible(_("Plus rien n’est à décider dans cette liste."))
    return keys


def _tell(request: HttpRequest, done: Decided) -> None:
    if done.left:
        told = ngettext(
            "%(n)d demande déjà servie ou retirée est restée telle quelle.",
            "%(n)d demandes déjà servies ou retirées sont restées telles quelles.",
            done.left,
        )
        messages.warning(request, told % {"n": done.left})
    if done.lacking and not done.changed:
        messages.warning(
            request, _("Rien n’est disponible pour ces demandes\u00a0: elles attendent.")
        )
    elif done.lacking:
        told = ngettext(
            "Pour %(n)d demande, rien n’est encore disponible\u00a0: elle attend.",
            "Pour %(n)d demandes, rien n’est encore disponible\u00a0: elles attendent.",
            done.lacking,
        )
        messages.warning(request, told % {"n": done.lacking})
    if done.changed:
        n = len(done.changed)
        told = ngettext("%(n)d demande décidée.", "%(n)d demandes décidées.", n)
        messages.success(request, told % {"n": n})


def _back(request: HttpRequest) -> str:
    """The list that the form stood in, without the last undo; never another site's address."""
    told = request.POST.get("retour", "")
    home = reverse("byod:loan_requests")
    path_, _q, query = told.partition("?")
    if path_ != home:
        return home
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("fait="))
    return f"{home}?{kept}" if kept else home


@require_POST
@login_required
def undo(request: HttpRequest) -> HttpResponse:
    """POST `/demandes-de-pret/annuler/?fait=…`: the toast's button takes a whole decision back."""
    at = moment_of(request.GET.get("fait", ""))
    try:
        if at is None:
            raise DecisionImpossible(_("Cette décision n’existe pas\u00a0: relisez la liste."))
        done = undo_decision(user_of(request), at)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        if done.left:
            messages.warning(request, _("Ce qui est déjà remis ne s’annule plus ici."))
        n = len(done.changed)
        told = ngettext("%(n)d décision annulée.", "%(n)d décisions annulées.", n)
        messages.success(request, told % {"n": n})
    if request.headers.get("HX-Request"):  # the toast follows by itself, and reads the message
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("byod:loan_requests")})
    return redirect("byod:loan_requests")


urlpatterns: list[URLPattern] = [
    path("demandes-de-pret/decider/", decide, name="loan_requests_decide"),
    path("demandes-de-pret/annuler/", undo, name="loan_requests_undo"),
]
