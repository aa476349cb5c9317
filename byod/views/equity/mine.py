"""A pupil or a guardian asks, and takes a request back. The page itself is ``people``'s."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from byod.actions.equity.ask_request import Wants, ask_request
from byod.actions.equity.decide_requests import withdraw_request
from byod.equity_places import keys_in
from byod.models.equity.requests import LoanRequest
from byod.views.people.door import MemberRequest, member_required
from inventory.access import DecisionImpossible


@require_POST
@member_required
def ask(request: MemberRequest) -> HttpResponse:
    """POST `/moi/demander/`: ``appareil``, ``connexion``."""
    device, line = "appareil" in request.POST, "connexion" in request.POST
    try:
        ask_request(request.member, Wants(device=device, charger=device, line=line), by=None)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est demandé. L’école répond ici."))
    return redirect("byod:mine")


@require_POST
@member_required
def withdraw(request: MemberRequest) -> HttpResponse:
    """POST `/moi/retirer-la-demande/`: one's own alone."""
    key = next(iter(keys_in([request.POST.get("demande", "")])), 0)
    row = get_object_or_404(LoanRequest.objects.filter(member=request.member), pk=key)
    try:
        withdraw_request(row, "", by=None)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Demande retirée. Vous pouvez redemander quand vous voulez."))
    return redirect("byod:mine")


urlpatterns: list[URLPattern] = [
    path("moi/demander/", ask, name="mine_ask"),
    path("moi/retirer-la-demande/", withdraw, name="mine_withdraw"),
]
