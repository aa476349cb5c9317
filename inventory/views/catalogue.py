"""The catalogue: products, the page of one, its form, and two that are told to be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.access import (
    DecisionImpossible,
    can_keep_catalogue,
    can_keep_kits,
    require,
)
from inventory.actions.device_writing import FactsRefused
from inventory.actions.merge_products import merge_products
from inventory.actions.write_product import ProductChanged, add_product, change_product
from inventory.device_words import ICONS
from inventory.forms.catalogue import ProductForm
from inventory.listing_products import FILTERS, SORTS, products_asked
from inventory.models import Device, DeviceState, KitItem, Product
from inventory.rules.ports_template import expand, written
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.listing_schools import order_of
from schools.models import User
from schools.rules import Refused
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

SITES = 20
"""Sites on the page of a product; the list of devices has them all."""


def catalogue_crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Catalogue › …."""
    here = None if not more else reverse("inventory:catalogue")
    return [(_("Catalogue"), here), *more]


@require_GET
@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """GET `/catalogue/`."""
    user, sort = user_of(request), order_of(request.GET, SORTS)
    asked = products_asked(user, request.GET)
    rows, after = page_of(asked, SORTS[sort][1], str(request.GET.get("apres", "")))
    may = can_keep_catalogue(user)
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs(),
        "rows": [(product, ICONS[product.category]) for product in rows],
        "total": asked.count(),
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "today": timezone.localdate(),
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "tab": "products",
    }
    return render(request, "inventory/catalogue/products.html", context)


@require_GET
@login_required
def catalogue_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/catalogue/export.csv`: the same filters, the whole list."""
    sort = order_of(request.GET, SORTS)
    asked = in_order(products_asked(user_of(request), request.GET), SORTS[sort][1])
    heads = [
        _("Marque"), _("Modèle"), _("Catégorie"), _("En bref"), _("Référence de commande"),
        _("Équipements"), _("Ports"), _("Consommation (W)"), _("Budget PoE (W)"),
        _("Fin de vente"), _("Fin de support"), _("Documentation"),
    ]  # fmt: skip
    rows = _cells(asked[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK))
    return sheet_response(request, "catalogue", heads, rows, ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for product in rows:
        yield [
            product.maker, product.model, product.get_category_display(), product.description,
            product.part_number, product.count, written(product.ports_template), product.power_w,
            product.poe_budget_w, product.sale_ends_on, product.support_ends_on,
            product.documents_url,
        ]  # fmt: skip


@require_GET
@login_required
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/catalogue/<id>/`: the product, and where its devices are, as far as one sees."""
    user = user_of(request)
    here = get_object_or_404(Product.objects.prefetch_related("aliases"), pk=pk)
    may = can_keep_catalogue(user)
    items = KitItem.objects.filter(product=here).select_related("version__kit")
    if not can_keep_kits(user):
        items = items.filter(version__frozen_at__isnull=False)
    ports = expand(here.ports_template)
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((str(here), None)),
        "product": here,
        "icon": ICONS[here.category],
        "template": written(here.ports_template),
        "ports": len(ports),
        "poe": sum(port.poe for port in ports),
        "items": items.order_by("version__kit__name", "-version__number"),
        "today": timezone.localdate(),
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        **_where(user, here),
    }
    return render(request, "inventory/catalogue/product.html", context)


def _where(user: User, here: Product) -> dict[str, Any]:
    """Devices of the product that the person sees: by state, and by site, the most first."""
    seen = Device.objects.visible_to(user).filter(product=here).order_by()
    by_state = dict(seen.values_list("state").annotate(n=Count("pk")).values_list("state", "n"))
    by_site = (
        seen.exclude(state=DeviceState.RETIRED)
        .values("site", "site__name", "site__school__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "site__school__name")
    )
    sites = list(by_site[: SITES + 1])
    return {
        "states": [
            (key, word, by_state[key]) for key, word in DeviceState.choices if key in by_state
        ],
        "devices": sum(by_state.values()),
        "sites": sites[:SITES],
        "more_sites": len(sites) > SITES,
    }


@require_http_methods(["GET", "POST"])
@login_required
def product_new(request: HttpRequest) -> HttpResponse:
    """GET/POST `/catalogue/nouveau/`."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_product(user, form.cleaned_data)
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            messages.success(request, _("%(name)s est au catalogue.") % {"name": made})
            return redirect("inventory:product", made.pk)
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs((_("Nouveau produit"), None)),
        "form": form,
        "title": _("Nouveau produit"),
        "back": reverse("inventory:catalogue"),
    }
    return render(request, "inventory/catalogue/product_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def product_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/catalogue/<id>/modifier/`; refused when the version shown no longer stands."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    here = get_object_or_404(Product, pk=pk)
    form = ProductForm(request.POST or None, product=here)
    version, theirs = str(request.POST.get("version", here.version)), None
    if request.method == "POST" and form.is_valid():
        seen = int(version) if version.isdecimal() else 0
        try:
            change_product(user, pk, form.cleaned_data, seen=seen)
        except ProductChanged as meanwhile:
            theirs, version = _differing(form, meanwhile.product), str(meanwhile.product.version)
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            messages.success(request, _("%(name)s est enregistré.") % {"name": here})
            return redirect("inventory:product", pk)
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs(
            (str(here), reverse("inventory:product", args=[pk])), (_("Modifier"), None)
        ),
        "form": form,
        "title": str(here),
        "product": here,
        "version": version,
        "theirs": theirs,
        "back": reverse("inventory:product", args=[pk]),
    }
    status = 409 if theirs is not None else 200
    return render(request, "inventory/catalogue/product_form.html", context, status=status)


def _differing(form: ProductForm, now: Product) -> list[tuple[str, str]]:
    """What is written now where it differs from what this person typed: label and value."""
    other = ProductForm(product=now)
    return [
        (str(field.label), str(other[name].value() or "–"))
        for name, field in form.fields.items()
        if str(form[name].value() or "") != str(other[name].value() or "")
    ]


@require_http_methods(["GET", "POST"])
@login_required
def product_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/catalogue/<id>/fusionner/`: this one disappears into the one that is chosen."""
    user = user_of(request)
    require(can_keep_catalogue(user))
    gone = get_object_or_404(Product, pk=pk)
    chosen = str(request.POST.get("garder", request.GET.get("garder", "")))
    keep = None
    if chosen.isdecimal() and len(chosen) < 19:
        keep = get_object_or_404(Product.objects.exclude(pk=pk), pk=int(chosen))
    if request.method == "POST" and keep is not None:
        try:
            merged = merge_products(user, keep.pk, pk)
        except DecisionImpossible as error:
            messages.error(request, str(error))
        else:
            count = merged.moved.get("inventory.device", 0)
            messages.success(request, _("Fusionné : %(n)d équipements ont suivi.") % {"n": count})
            return redirect("inventory:product", keep.pk)
    query = request.GET.get("q", gone.maker).strip()[:60]
    rows = products_asked(user, request.GET.copy() if "q" in request.GET else _q(query))
    context = {
        "menu": "catalogue",
        "crumbs": catalogue_crumbs(
            (str(gone), reverse("inventory:product", args=[pk])), (_("Fusionner"), None)
        ),
        "product": gone,
        "keep": keep,
        "query": query,
        "rows": rows.exclude(pk=pk).order_by("maker", "model")[:30],
        "count": Device.objects.filter(product=gone).count(),
        "kits": KitItem.objects.filter(product=gone).count(),
    }
    return render(request, "inventory/catalogue/merge.html", context)


def _q(text: str) -> Any:
    asked = QueryDict(mutable=True)
    asked["q"] = text
    return asked


urlpatterns: list[URLPattern] = [
    path("catalogue/", catalogue, name="catalogue"),
    *sheet_paths("catalogue/export", catalogue_export, "catalogue_export"),
    path("catalogue/nouveau/", product_new, name="product_new"),
    path("catalogue/<int:pk>/", product, name="product"),
    path("catalogue/<int:pk>/modifier/", product_change, name="product_change"),
    path("catalogue/<int:pk>/fusionner/", product_merge, name="product_merge"),
]
