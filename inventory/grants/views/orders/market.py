"""The market, for officers: lots, suppliers, and the yearly renewal of the kits."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.grants.access.orders import can_keep_market
from inventory.grants.actions.orders.keep_market import keep_lot, keep_supplier
from inventory.grants.actions.orders.renew_kits import (
    Renewal,
    prepare_renewal,
    publish_renewal,
    renewals,
)
from inventory.grants.forms.orders import LotForm, SupplierForm
from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.grants.rules.orders import step_percent
from inventory.grants.views.orders.asked import words_in
from schools.filters import Filter, filtered, narrowed, shown
from schools.imports.columns import Column, Layout
from schools.imports.reading import FileRefused, open_source
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

STANDING = {
    "cours": gettext_lazy("en cours"),
    "venir": gettext_lazy("à venir"),
    "fini": gettext_lazy("terminé"),
}
PRICES = Layout(
    kind="kit_prices",
    label=gettext_lazy("prix des kits"),
    columns=(
        Column("kit", "kit", ("nom", "name"), required=True),
        Column("price", "nouveau_prix", ("prix", "price", "preis"), required=True),
    ),
    example=(("Chariot de 24 portables", "14800,00"),),
)


def _standing(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    if value == "cours":
        return rows.in_force(today)
    return rows.filter(starts_on__gt=today) if value == "venir" else rows.filter(ends_on__lt=today)


FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: [*STANDING.items()], _standing),
    Filter(
        "fournisseur",
        gettext_lazy("Fournisseur"),
        lambda: [*Supplier.objects.values_list("pk", "name")],
        lambda rows, pk: rows.filter(supplier=int(pk)),
    ),
)


def _asked(request: HttpRequest) -> QuerySet[MarketLot]:
    rows = MarketLot.objects.visible_to(user_of(request)).select_related("supplier")
    rows = rows.prefetch_related("kits__kit").annotate(sent=Count("orders", distinct=True))
    for word in words_in(request):
        rows = rows.filter(
            Q(contract__icontains=word)
            | Q(title__unaccent__icontains=word)
            | Q(supplier__name__unaccent__icontains=word)
            | Q(kits__kit__name__unaccent__icontains=word)
        ).distinct()
    return narrowed(rows, FILTERS, request.GET).order_by("-ends_on", "contract", "number")


def _look(lot: MarketLot, today: dt.date) -> tuple[str, str]:
    if lot.is_in_force(today):
        soon = lot.ends_on - today < dt.timedelta(days=60)
        return ("suspect", _("finit bientôt")) if soon else ("ok", _("en cours"))
    return ("planned", _("à venir")) if lot.starts_on > today else ("unknown", _("terminé"))


@require_GET
@login_required
def market(request: HttpRequest) -> HttpResponse:
    """GET `/marche/`: the lots; who delivers what, until when."""
    user, today = user_of(request), timezone.localdate()
    require(can_keep_market(user))
    rows = list(_asked(request)[:500])
    context = {
        "menu": "market",
        "crumbs": [(_("Marché et kits"), None)],
        "tab": "lots",
        "rows": [(row, *_look(row, today)) for row in rows],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "grants/orders/market.html", context)


@require_GET
@login_required
def market_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/marche/export.csv`: a line for each kit of each lot."""
    require(can_keep_market(user_of(request)))
    heads = [
        *(_("Marché"), _("Lot"), _("Intitulé"), _("Fournisseur"), _("Début"), _("Fin")),
        *(_("Délai (jours)"), _("Kit"), _("Ce qu’il couvre")),
    ]
    cells = (
        [
            *(lot.contract, lot.number, lot.title, lot.supplier.name, lot.starts_on, lot.ends_on),
            *(lot.delivery_days, name, lot.covers),
        ]
        for lot in _asked(request)
        for name in ([one.kit.name for one in lot.kits.all()] or [""])
    )
    return sheet_response(request, "marche", heads, cells, ending=ending)


@require_GET
@login_required
def suppliers(request: HttpRequest) -> HttpResponse:
    """GET `/marche/fournisseurs/`."""
    user = user_of(request)
    require(can_keep_market(user))
    rows = Supplier.objects.visible_to(user).annotate(
        lots_n=Count("lots", distinct=True), people_n=Count("people", distinct=True)
    )
    context = {
        "menu": "market",
        "crumbs": [(_("Marché et kits"), reverse("grants:market")), (_("Fournisseurs"), None)],
        "tab": "suppliers",
        "rows": rows.order_by("name"),
    }
    return render(request, "grants/orders/suppliers.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def lot(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """GET/POST `/marche/lots/<id>/` and `/marche/lots/nouveau/`."""
    user = user_of(request)
    require(can_keep_market(user))
    row = get_object_or_404(MarketLot, pk=pk) if pk else MarketLot()
    form = LotForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        kits = said.pop("kits")
        try:
            keep_lot(user, row, said, kits, _seen(request))
        except FactsRefused as refused:
            form.take(refused.errors)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Lot enregistré."))
            return redirect("grants:market")
    title = _("Lot %(lot)s") % {"lot": row} if pk else _("Nouveau lot")
    return _form(request, form, title, row, reverse("grants:market"))


@require_http_methods(["GET", "POST"])
@login_required
def supplier(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """GET/POST `/marche/fournisseurs/<id>/` and `/marche/fournisseurs/nouveau/`."""
    user = user_of(request)
    require(can_keep_market(user))
    row = get_object_or_404(Supplier, pk=pk) if pk else Supplier()
    form = SupplierForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        people = said.pop("people")
        try:
            keep_supplier(user, row, said, people, _seen(request))
        except FactsRefused as refused:
            form.take(refused.errors)
        except DecisionImpossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Fournisseur enregistré."))
            return redirect("grants:suppliers")
    title = row.name if pk else _("Nouveau fournisseur")
    return _form(request, form, title, row, reverse("grants:suppliers"))


def _seen(request: HttpRequest) -> int:
    told = request.POST.get("version", "")
    return int(told[:9]) if told.isdecimal() else 0


def _form(request: HttpRequest, form: Any, title: str, row: Any, back: str) -> HttpResponse:
    context = {
        "menu": "market",
        "crumbs": [(_("Marché et kits"), reverse("grants:market")), (title, None)],
        "form": form,
        "title": title,
        "row": row,
        "back": back,
        "lot": isinstance(row, MarketLot),
    }
    return render(request, "grants/orders/market_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def renewal(request: HttpRequest) -> HttpResponse:
    """GET/POST `/marche/renouvellement/`: every kit in one table; prices are typed or read from a
    file, looked at, kept as drafts, published together."""
    user, today = user_of(request), timezone.localdate()
    require(can_keep_market(user))
    first_day = _first_day(request, today)
    rows = renewals(first_day, today)
    prices, errors = _prices(request, rows) if request.method == "POST" else ({}, {})
    act = request.POST.get("acte", "")
    if act == "publier" and not errors:
        return _publish(request, rows)
    if act == "preparer" and not errors:
        try:
            prepare_renewal(user, prices, first_day, today)
        except FactsRefused as refused:
            errors = dict(refused.errors)
        except DecisionImpossible as refused:
            errors = {"": str(refused)}
        else:
            messages.success(request, _("Brouillons enregistrés\u00a0: relisez-les, puis publiez."))
            return redirect(f"{request.path}?premier={first_day.isoformat()}")
    context = {
        "menu": "market",
        "crumbs": [(_("Marché et kits"), reverse("grants:market")), (_("Renouvellement"), None)],
        "tab": "renewal",
        "first_day": first_day,
        "rows": [_row(one, prices, errors) for one in rows],
        "drafts": sum(one.draft is not None for one in rows),
        "errors": [why for key, why in errors.items() if not key.startswith("kit_")],
        "previewed": bool(prices) and not errors,
    }
    return render(request, "grants/orders/renewal.html", context)


def _first_day(request: HttpRequest, today: dt.date) -> dt.date:
    """The day of the new versions: as asked, else the first of January that comes."""
    told = request.POST.get("premier") or request.GET.get("premier", "")
    try:
        day = parse_date(told)
    except ValueError:
        day = None
    return day or dt.date(today.year + 1, 1, 1)


def _prices(request: HttpRequest, rows: list[Renewal]) -> tuple[dict[int, Decimal], dict[str, str]]:
    """Kit → price, from the file where there is one, else from the fields."""
    file = request.FILES.get("fichier")
    if file is not None:
        return _prices_of_file(file, rows)
    prices, errors = {}, {}
    for one in rows:
        text = request.POST.get(f"kit_{one.kit.pk}", "").strip()
        if not text:
            continue
        price = _amount(text)
        if price is None:
            errors[f"kit_{one.kit.pk}"] = _(
                "«\u00a0%(text)s\u00a0»\u00a0: un montant est attendu."
            ) % {"text": text[:30]}
        else:
            prices[one.kit.pk] = price
    return prices, errors


def _prices_of_file(file: Any, rows: list[Renewal]) -> tuple[dict[int, Decimal], dict[str, str]]:
    by_name = {one.kit.name.casefold(): one.kit.pk for one in rows}
    prices: dict[int, Decimal] = {}
    errors: dict[str, str] = {}
    with tempfile.NamedTemporaryFile(suffix=Path(str(file.name)).suffix) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        try:
            source = open_source(Path(kept.name), PRICES)
            for line in source.rows:
                name, text = (line.cells[source.places[key]].strip() for key in ("kit", "price"))
                key, price = by_name.get(name.casefold()), _amount(text)
                if key is None:
                    errors[f"line_{line.line}"] = _(
                        "Ligne %(n)d, « kit »\u00a0: «\u00a0%(name)s\u00a0» n’est pas proposé."
                    ) % {"n": line.line, "name": name[:60]}
                elif price is None:
                    errors[f"line_{line.line}"] = _(
                        "Ligne %(n)d, « nouveau_prix »\u00a0: «\u00a0%(text)s\u00a0» n’est pas un"
                        " montant."
                    ) % {"n": line.line, "text": text[:30]}
                else:
                    prices[key] = price
        except FileRefused as refused:
            errors["file"] = str(refused)
    return prices, errors


def _amount(text: str) -> Decimal | None:
    """``14 800,50``; None where it is no amount in euros and cents."""
    plain = "".join(text.replace("€", "").split()).replace(",", ".")
    try:
        price = Decimal(plain)
    except InvalidOperation:
        return None
    good = price.is_finite() and 0 <= price < 10**8 and price == price.quantize(Decimal("0.01"))
    return price if good else None


def _row(one: Renewal, prices: dict[int, Decimal], errors: dict[str, str]) -> dict[str, Any]:
    price = prices.get(one.kit.pk, one.price)
    return {
        "one": one,
        "price": price,
        "step": step_percent(one.current.price, price),
        "changed": price != one.current.price,
        "error": errors.get(f"kit_{one.kit.pk}", ""),
    }


def _publish(request: HttpRequest, rows: list[Renewal]) -> HttpResponse:
    drafts = [one.draft.pk for one in rows if one.draft is not None]
    try:
        count = publish_renewal(user_of(request), drafts)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(n)d versions publiées.") % {"n": count})
    return redirect("grants:renewal")


urlpatterns: list[URLPattern] = [
    path("marche/", market, name="market"),
    *sheet_paths("marche/export", market_export, "market_export"),
    path("marche/lots/nouveau/", lot, name="lot_new"),
    path("marche/lots/<int:pk>/", lot, name="lot"),
    path("marche/fournisseurs/", suppliers, name="suppliers"),
    path("marche/fournisseurs/nouveau/", supplier, name="supplier_new"),
    path("marche/fournisseurs/<int:pk>/", supplier, name="supplier"),
    path("marche/renouvellement/", renewal, name="renewal"),
]
