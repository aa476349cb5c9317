"""Who manages a network: what holds, what is planned, what was chosen before."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from schools.access import DecisionRefused, can_choose_management, require
from schools.actions.choose_management import choose_management
from schools.forms.agreements import ManagementForm
from schools.models import Management, ManagementChoice, Site
from schools.rules import Refused
from schools.views.doors import user_of

SHOWN = 30
"""Choices that the page tells."""


@require_http_methods(["GET", "POST"])
@login_required
def management(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/gestion/`: who manages the network, since when; POST chooses."""
    user, today = user_of(request), timezone.localdate()
    seen = Site.objects.visible_to(user).select_related("school__authority", "municipality")
    site = get_object_or_404(seen, pk=pk)
    form = ManagementForm(request.POST or None)
    answer = can_choose_management(user, site)
    if request.method == "POST":
        require(answer)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            choice = choose_management(user, pk, values["mode"], values["why"], values["from_on"])
        except DecisionRefused as refused:
            form.add_error("mode", str(refused))
        else:
            messages.success(request, _chosen_words(choice, today))
            return redirect("schools:management", pk)
    context = {
        "menu": "agreements",
        "crumbs": [
            (_("Accords"), reverse("schools:agreements")),
            (str(site.school), reverse("schools:school_agreement", args=[site.school_id])),
            (_("Gestion du réseau"), None),
        ],
        "site": site,
        "form": form,
        "wanted": form["mode"].value(),
        "may_choose": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "in_force": ManagementChoice.objects.in_force(site, today),
        "planned": ManagementChoice.objects.planned(site, today),
        "history": ManagementChoice.objects.visible_to(user).filter(site=site)[:SHOWN],
    }
    return render(request, "schools/agreements/management.html", context)


def _chosen_words(choice: ManagementChoice, today: dt.date) -> str:
    words = {
        Management.CENTRAL.value: _("gestion centrale"),
        Management.DECENTRALISED.value: _("réseau géré par l’école"),
    }[choice.mode]
    if choice.from_on > today:
        day = date_format(choice.from_on, "d/m/Y")
        return _("C’est noté : %(mode)s dès le %(day)s.") % {"mode": words, "day": day}
    return _("C’est fait : %(mode)s.") % {"mode": words}
