"""The connection of a site: its page, its panel, asking for a line, moving it, measuring."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import connections as access
from inventory.access import require
from inventory.actions.keep_connections import (
    decide_exception,
    keep_infrastructure,
    lift_exception,
    note_speed,
)
from inventory.actions.move_line import ask_line, move_line, no_way
from inventory.connections_shown import judged, lines_of, measures_of, offer_told
from inventory.forms import connections as forms
from inventory.models import FibreException, Infrastructure, Method, Offer, Subscription
from inventory.network_tabs import site_of
from inventory.rules.connections import may_move
from inventory.views.connections.forming import Crumbs, form_page
from schools.models import Site
from schools.rules import Refused
from schools.views.doors import user_of
from schools.views.sites import crumbs_of_site

STEP_TITLES: dict[str, Any] = {
    "ordered": gettext_lazy("Confirmer la commande"),
    "active": gettext_lazy("Confirmer la mise en service"),
    "ended": gettext_lazy("Noter l’arrêt de la ligne"),
    "cancelled": gettext_lazy("Annuler la demande"),
}
STEP_INTROS: dict[str, Any] = {
    "active": gettext_lazy("La ligne qu’elle remplace s’arrête le même jour, sans coupure."),
    "ended": gettext_lazy("L’implantation n’a plus cette ligne à partir de ce jour."),
}


def _crumbs(site: Site, inside: bool = True) -> Crumbs:
    here = reverse("inventory:site_connection", args=[site.pk]) if inside else None
    return [
        *crumbs_of_site(site)[:-1],
        (site.name or str(site.municipality), reverse("schools:site", args=[site.pk])),
        (_("Connexion"), here),
    ]


@require_GET
@login_required
def site_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/connexion/`."""
    site, user, today = site_of(request, pk), user_of(request), timezone.localdate()
    lines, opts = lines_of(user, site), access.can_opt_in(user, site)
    context = {
        "menu": "connections",
        "crumbs": _crumbs(site, inside=False),
        "site": site,
        "judged": judged(user, site, today),
        "lines": [one for one in lines if not one.is_over],
        "past": [one for one in lines if one.is_over],
        "titles": STEP_TITLES,
        "infrastructure": Infrastructure.objects.filter(site=site).first(),
        "exception": FibreException.objects.standing().filter(site=site).first(),
        "exceptions": FibreException.objects.filter(site=site).exclude(lifted_on=None),
        "measures": measures_of(site, lines),
        "may_ask": bool(opts),
        "why_not": opts.why if isinstance(opts, Refused) else "",
        "may_keep": bool(access.can_keep_contracts(user)),
        "may_except": bool(access.can_except(user)),
        "may_measure": bool(access.can_measure(user, site)),
        "today": today,
    }
    return render(request, "inventory/connections/site.html", context)


@require_GET
@login_required
def connection_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of a site's page: the verdict, the line, the last measure."""
    site, user = site_of(request, pk), user_of(request)
    lines = lines_of(user, site)
    context = {
        "site": site,
        "judged": judged(user, site, timezone.localdate()),
        "lines": [one.line for one in lines if not one.is_over],
        "measure": next(iter(measures_of(site, lines)), None),
    }
    return render(request, "inventory/connections/_panel.html", context)


@require_GET
@login_required
def compare_offers(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/connexion/offres/`: the open offers, beside the line of today."""
    site, user, today = site_of(request, pk), user_of(request), timezone.localdate()
    known = Infrastructure.objects.filter(site=site).first()
    opts = access.can_opt_in(user, site)
    offers = Offer.objects.open(today).select_related("contract__operator")
    rows = [
        {"offer": one, "reachable": not (one.is_fibre and known and known.fibre != "now")}
        for one in offers.order_by("price_month", "-down_mbps")
    ]
    current = Subscription.objects.active().main().filter(site=site)
    context = {
        "menu": "connections",
        "crumbs": [*_crumbs(site), (_("Comparer les offres"), None)],
        "site": site,
        "rows": rows,
        "known": known,
        "current": current.select_related("operator").first(),
        "judged": judged(user, site, today),
        "may_ask": bool(opts),
        "why_not": opts.why if isinstance(opts, Refused) else "",
    }
    return render(request, "inventory/connections/offers.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def line_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/connexion/souscrire/`; ``?offre=`` chooses one."""
    site, user, today = site_of(request, pk), user_of(request), timezone.localdate()
    require(access.can_opt_in(user, site))
    chosen = request.GET.get("offre", "")
    offer = _offer(chosen, today) if chosen else None
    if chosen and offer is None:
        messages.info(request, _("Cette offre n’est plus proposée. Choisissez-en une autre."))
        return redirect("inventory:compare_offers", pk)
    form = forms.AskForm(offer, request.POST or None)

    def act() -> None:
        ask_line(user, site, form.values(), today)

    return form_page(
        request,
        form,
        act,
        title=_("Souscrire à une connexion"),
        intro=_("Le SPW reçoit votre demande et confirme la commande. Rien ne change d’ici là."),
        recap=offer_told(offer) if offer else (),
        back=reverse("inventory:site_connection", args=[pk]),
        crumbs=_crumbs(site),
    )


def _offer(chosen: str, today: dt.date) -> Offer | None:
    """The open offer that the address names."""
    if not (chosen.isdecimal() and len(chosen) < 19):
        return None
    return Offer.objects.open(today).select_related("contract__operator").filter(pk=chosen).first()


@require_http_methods(["GET", "POST"])
@login_required
def line_move(request: HttpRequest, pk: int, row: int, state: str) -> HttpResponse:
    """GET and POST `/implantations/<id>/connexion/<line>/<state>/`."""
    site, user, today = site_of(request, pk), user_of(request), timezone.localdate()
    line = get_object_or_404(Subscription.objects.select_related("site"), pk=row, site=site)
    if state not in STEP_TITLES:
        raise Http404
    line.site = site
    cancels = state == "cancelled"
    require((access.can_cancel_line if cancels else access.can_move_line)(user, site))
    if request.method == "GET" and not may_move(line.state, state):
        messages.info(request, no_way(line, state))
        return redirect("inventory:site_connection", pk)
    form = forms.MoveForm(
        request.POST or None, initial={"on": today, "circuit": line.circuit, "vu": line.version}
    )
    if cancels or state == "ended":
        del form.fields["circuit"]

    def act() -> None:
        said = form.cleaned_data
        move_line(
            user,
            line,
            state,
            said["on"],
            seen=said["vu"] or 0,
            today=today,
            circuit=said.get("circuit", ""),
            why=said["why"],
        )

    return form_page(
        request,
        form,
        act,
        title=str(STEP_TITLES[state]),
        intro=str(STEP_INTROS.get(state, "")),
        back=reverse("inventory:site_connection", args=[pk]),
        crumbs=_crumbs(site),
    )


@require_http_methods(["GET", "POST"])
@login_required
def speed_note(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/connexion/mesure/`."""
    site, user = site_of(request, pk), user_of(request)
    require(access.can_measure(user, site))
    initial = {"at": timezone.localtime(), "method": Method.BROWSER}
    form = forms.SpeedForm(request.POST or None, initial=initial)

    def act() -> None:
        note_speed(user, site, form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        title=_("Noter une mesure"),
        intro=_("Mesurez par câble, quand peu de monde est en ligne."),
        back=reverse("inventory:site_connection", args=[pk]),
        crumbs=_crumbs(site),
    )


@require_http_methods(["GET", "POST"])
@login_required
def exception_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/connexion/exception/`."""
    site, user = site_of(request, pk), user_of(request)
    require(access.can_except(user))
    form = forms.ExceptionForm(request.POST or None)

    def act() -> None:
        said = form.cleaned_data
        decide_exception(user, site, said["reason"], said["review_on"], timezone.localdate())

    return form_page(
        request,
        form,
        act,
        title=_("Décider d’une exception à la fibre"),
        intro=_("Jusqu’à la date de revue, cette implantation ne compte pas comme un manque."),
        back=reverse("inventory:site_connection", args=[pk]),
        crumbs=_crumbs(site),
    )


@require_POST
@login_required
def exception_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/implantations/<id>/connexion/exception/lever/`."""
    site, user = site_of(request, pk), user_of(request)
    require(access.can_except(user))
    read = request.POST.get("exception", "")
    row = int(read) if read.isdecimal() and len(read) < 19 else 0
    if lift_exception(user, site, row, timezone.localdate()):
        messages.success(request, _("L’exception est levée."))
    else:
        messages.info(request, _("Cette exception était déjà levée\u00a0: rien n’a changé."))
    return redirect("inventory:site_connection", pk)


@require_http_methods(["GET", "POST"])
@login_required
def infrastructure_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/connexion/cadastre/`."""
    site, user = site_of(request, pk), user_of(request)
    require(access.can_keep_contracts(user))
    row = Infrastructure.objects.filter(site=site).first()
    form = forms.InfrastructureForm(request.POST or None, instance=row)

    def act() -> None:
        keep_infrastructure(user, site, form.values(), seen=form.cleaned_data["vu"] or 0)

    return form_page(
        request,
        form,
        act,
        title=_("Infrastructure de l’implantation"),
        intro=_("Le prochain import du cadastre écrira par-dessus."),
        back=reverse("inventory:site_connection", args=[pk]),
        crumbs=_crumbs(site),
    )


_BASE = "implantations/<int:pk>/connexion"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}/", site_connection, name="site_connection"),
    path(f"{_BASE}/panneau/", connection_panel, name="connection_panel"),
    path(f"{_BASE}/offres/", compare_offers, name="compare_offers"),
    path(f"{_BASE}/souscrire/", line_ask, name="line_ask"),
    path(f"{_BASE}/mesure/", speed_note, name="speed_note"),
    path(f"{_BASE}/exception/", exception_decide, name="exception_decide"),
    path(f"{_BASE}/exception/lever/", exception_lift, name="exception_lift"),
    path(f"{_BASE}/cadastre/", infrastructure_change, name="infrastructure_change"),
    path(f"{_BASE}/<int:row>/<slug:state>/", line_move, name="line_move"),
]
