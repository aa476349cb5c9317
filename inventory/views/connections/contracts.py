"""Framework contracts, their renegotiations, operators and offers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import require
from inventory.access.connections import can_keep_contracts
from inventory.actions.keep_connections import keep, note_renegotiation
from inventory.contracts_shown import contracts_shown, contracts_with_lines
from inventory.forms import connections as forms
from inventory.models import FrameworkContract, Offer, Operator
from inventory.views.connections.forming import Crumbs, form_page
from schools.models.scope import scope_of
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of


def _crumbs(contract: FrameworkContract | None = None) -> Crumbs:
    crumbs: Crumbs = [
        (_("Connexions"), reverse("inventory:connections")),
        (_("Contrats cadres"), reverse("inventory:contracts")),
    ]
    if contract is not None:
        crumbs.append((str(contract), reverse("inventory:contract", args=[contract.pk])))
    return crumbs


def _contract(request: HttpRequest, pk: int) -> FrameworkContract:
    seen = FrameworkContract.objects.visible_to(user_of(request))
    found: FrameworkContract = get_object_or_404(seen.select_related("operator"), pk=pk)
    return found


def _member(request: HttpRequest) -> None:
    """Prices are for those who have a role. Raises PermissionDenied."""
    if scope_of(user_of(request)).is_empty:
        raise PermissionDenied(_("Votre rôle n’ouvre aucune école pour l’instant."))


@require_GET
@login_required
def contracts(request: HttpRequest) -> HttpResponse:
    """GET `/connexions/contrats/`."""
    _member(request)
    rows = contracts_shown(contracts_with_lines(), timezone.localdate())
    answer = can_keep_contracts(user_of(request))
    context = {
        "menu": "connections",
        "crumbs": [*_crumbs()[:1], (_("Contrats cadres"), None)],
        "rows": rows,
        "due": [one for one in rows if one.is_due],
        "operators": Operator.objects.annotate(number=Count("contracts")).order_by("name"),
        "may_keep": bool(answer),
    }
    return render(request, "inventory/connections/contracts.html", context)


@require_GET
@login_required
def contracts_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/connexions/contrats/export.csv`."""
    _member(request)
    heads = [
        *(_("Référence"), _("Opérateur"), _("Signé le"), _("Début"), _("Fin"), _("Renégociation")),
        *(_("À renégocier dès le"), _("Au plus tard le"), _("Lignes"), _("Par mois (EUR)")),
    ]
    rows = (
        [
            *(one.contract.reference, one.contract.operator.name, one.contract.signed_on),
            *(one.contract.start_on, one.contract.end_on, one.word, one.window.opens_on),
            *(one.window.closes_on, one.contract.lines, one.contract.monthly),
        ]
        for one in contracts_shown(contracts_with_lines(), timezone.localdate())
    )
    return sheet_response(request, "contrats-cadres", heads, rows, ending=ending)


@require_GET
@login_required
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/connexions/contrats/<id>/`."""
    here = _contract(request, pk)
    today = timezone.localdate()
    answer = can_keep_contracts(user_of(request))
    context = {
        "menu": "connections",
        "crumbs": [*_crumbs(), (str(here), None)],
        "contract": here,
        "shown": contracts_shown([here], today)[0],
        "offers": here.offers.annotate(lines=Count("subscriptions")).order_by("price_month", "pk"),
        "renegotiations": here.renegotiations.all(),
        "may_keep": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "today": today,
    }
    return render(request, "inventory/connections/contract.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def contract_new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/connexions/contrats/nouveau/`."""
    return _edit(request, forms.ContractForm, FrameworkContract(), _("Nouveau contrat cadre"))


@require_http_methods(["GET", "POST"])
@login_required
def contract_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/connexions/contrats/<id>/modifier/`."""
    here = _contract(request, pk)
    return _edit(request, forms.ContractForm, here, _("Modifier le contrat"), here)


@require_http_methods(["GET", "POST"])
@login_required
def operator_new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/connexions/operateurs/nouveau/`."""
    return _edit(request, forms.OperatorForm, Operator(), _("Nouvel opérateur"))


@require_http_methods(["GET", "POST"])
@login_required
def operator_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/connexions/operateurs/<id>/`."""
    here = get_object_or_404(Operator.objects.visible_to(user_of(request)), pk=pk)
    return _edit(request, forms.OperatorForm, here, _("Modifier l’opérateur"))


@require_http_methods(["GET", "POST"])
@login_required
def offer_new(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/connexions/contrats/<id>/offre/`."""
    here = _contract(request, pk)
    return _edit(request, forms.OfferForm, Offer(contract=here), _("Nouvelle offre"), here)


@require_http_methods(["GET", "POST"])
@login_required
def offer_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/connexions/offres/<id>/`."""
    seen = Offer.objects.visible_to(user_of(request)).select_related("contract")
    here: Offer = get_object_or_404(seen, pk=pk)
    return _edit(request, forms.OfferForm, here, _("Modifier l’offre"), here.contract)


def _edit(
    request: HttpRequest,
    kind: Any,
    row: Any,
    title: str,
    contract: FrameworkContract | None = None,
) -> HttpResponse:
    """The form of a row that officers keep; permission before anything that was sent."""
    user = user_of(request)
    require(can_keep_contracts(user))
    form = kind(request.POST or None, instance=row)
    fresh = type(row).objects.filter(pk=row.pk).first() if row.pk else row

    def act() -> None:
        keep(user, fresh, form.values(), seen=form.cleaned_data["vu"] or 0)

    back = (
        reverse("inventory:contract", args=[contract.pk])
        if contract is not None
        else reverse("inventory:contracts")
    )
    return form_page(request, form, act, title=title, back=back, crumbs=_crumbs(contract))


@require_http_methods(["GET", "POST"])
@login_required
def renegotiate(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/connexions/contrats/<id>/renegociation/`."""
    here, user = _contract(request, pk), user_of(request)
    require(can_keep_contracts(user))
    form = forms.RenegotiationForm(request.POST or None, initial={"held_on": timezone.localdate()})

    def act() -> None:
        said = form.cleaned_data
        note_renegotiation(user, here, said["held_on"], said["outcome"])

    return form_page(
        request,
        form,
        act,
        title=_("Noter une renégociation"),
        intro=_("Le délai de 12 à 18 mois repart de ce jour."),
        back=reverse("inventory:contract", args=[pk]),
        crumbs=_crumbs(here),
    )


urlpatterns: list[URLPattern] = [
    path("connexions/contrats/", contracts, name="contracts"),
    *sheet_paths("connexions/contrats/export", contracts_export, "contracts_export"),
    path("connexions/contrats/nouveau/", contract_new, name="contract_new"),
    path("connexions/contrats/<int:pk>/", contract, name="contract"),
    path("connexions/contrats/<int:pk>/modifier/", contract_change, name="contract_change"),
    path("connexions/contrats/<int:pk>/renegociation/", renegotiate, name="renegotiate"),
    path("connexions/contrats/<int:pk>/offre/", offer_new, name="offer_new"),
    path("connexions/offres/<int:pk>/", offer_change, name="offer_change"),
    path("connexions/operateurs/nouveau/", operator_new, name="operator_new"),
    path("connexions/operateurs/<int:pk>/", operator_change, name="operator_change"),
]
