"""Enter a device step by step, correct one; when somebody was faster, both are shown to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import can_add, can_change, require
from inventory.access.devices import KEEPERS
from inventory.access.refusals import TECHNICIANS, covers
from inventory.actions.add_device import FIRST, add_device
from inventory.actions.add_found_device import add_found_device
from inventory.actions.change_device import ChangedMeanwhile, change_device
from inventory.actions.device_writing import FactsRefused, holders_at
from inventory.actions.other_product import OTHER, OTHER_MAKER, other_product
from inventory.device_words import ICONS
from inventory.forms.devices import DeviceForm, MoveForm
from inventory.found import read_as
from inventory.models import (
    NETWORK,
    Category,
    Device,
    DeviceState,
    FindingKind,
    Product,
    StockFinding,
)
from inventory.models.devices import new_code
from inventory.views.devices import crumbs_of, menu_of
from schools.models import AuditEntry, Site, User
from schools.models.scope import scope_of, sites_q
from schools.rules import Refused
from schools.views.doors import user_of

SALT = "inventory.device_new"
SITES = 30
"""Sites on the chooser; a search finds the others."""


# --- a new one: where, what kind, which model, the facts ---


@require_http_methods(["GET", "POST"])
@login_required
def device_new(request: HttpRequest) -> HttpResponse:
    """GET/POST `/equipements/nouveau/?site=&genre=&produit=`: one question a screen."""
    user = user_of(request)
    site = _site(request, user)
    if site is None:
        return _ask_site(request, user)
    require(can_add(user, site))
    found, product = _found(request, user, site), _product(request)
    if product is not None:
        require(can_add(user, site, product))
        return _form(request, user, site, product, found)
    category = request.GET.get("genre", "")
    if category in Category.values:
        return _ask_product(request, user, site, Category(category), found)
    return _ask_category(request, user, site, found)


def _kept_sites(user: User) -> Any:
    scope = scope_of(user, TECHNICIANS | KEEPERS)
    return Site.objects.filter(sites_q(scope)).open().select_related("school", "municipality")


def _site(request: HttpRequest, user: User) -> Site | None:
    """The site of the address, else the only one that the person keeps."""
    key = str(request.GET.get("site", ""))
    if key.isdecimal() and len(key) < 19:
        seen = Site.objects.visible_to(user).select_related("school")
        return get_object_or_404(seen, pk=int(key))
    first = list(_kept_sites(user)[:2])
    return first[0] if len(first) == 1 else None


def _found(request: HttpRequest, user: User, site: Site) -> StockFinding | None:
    """What a stock-taking of the site read and nobody knew, which this device is."""
    key = str(request.GET.get("constat", ""))
    if not key.isdecimal() or len(key) > 18:
        return None
    rows = StockFinding.objects.visible_to(user).select_related("room", "stock_taking")
    return get_object_or_404(rows, pk=int(key), kind=FindingKind.UNKNOWN, stock_taking__site=site)


def _kept(found: StockFinding | None) -> dict[str, Any]:
    """What the steps carry along."""
    return {"found": found, "kept": f"&constat={found.pk}" if found else ""}


def _product(request: HttpRequest) -> Product | None:
    key = str(request.GET.get("produit", ""))
    if key == OTHER and request.GET.get("genre", "") in Category.values:
        return other_product(str(request.GET["genre"]), make=request.method == "POST")
    if not key.isdecimal() or len(key) > 18:
        return None
    return get_object_or_404(Product, pk=int(key))


def _context(user: User, site: Site | None, **extra: Any) -> dict[str, Any]:
    crumbs: list[tuple[str, str | None]] = [(_("Équipements"), reverse("inventory:devices"))]
    if site is not None:
        crumbs.append((str(site), reverse("schools:site", args=[site.pk])))
    return {"menu": menu_of(user), "site": site, "crumbs": [*crumbs, (_("Nouveau"), None)], **extra}


def _ask_site(request: HttpRequest, user: User) -> HttpResponse:
    sites = _kept_sites(user)
    if not sites.exists():
        require(Refused(_("Le matériel est tenu par les écoles et par les techniciens.")))
    query = request.GET.get("q", "").strip()[:60]
    for word in query.split()[:4]:
        sites = sites.filter(school__name__unaccent__icontains=word) | sites.filter(
            name__unaccent__icontains=word
        )
    rows = list(sites.order_by("school__name", "name")[: SITES + 1])
    context = _context(user, None, sites=rows[:SITES], more=len(rows) > SITES, query=query, step=1)
    return render(request, "inventory/device_new/site.html", context)


def _ask_category(
    request: HttpRequest, user: User, site: Site, found: StockFinding | None
) -> HttpResponse:
    rows = []
    network = covers(scope_of(user, TECHNICIANS), site)
    for key, word in Category.choices:
        rows.append((key, word, ICONS[key], key not in NETWORK or network))
    order = [*(r for r in rows if r[0] not in NETWORK), *(r for r in rows if r[0] in NETWORK)]
    context = _context(user, site, categories=order, step=2, **_kept(found))
    return render(request, "inventory/device_new/category.html", context)


def _ask_product(
    request: HttpRequest, user: User, site: Site, category: Category, found: StockFinding | None
) -> HttpResponse:
    if category in NETWORK:
        require(can_add(user, site, Product(category=category)))
    rows = Product.objects.filter(category=category).exclude(maker=OTHER_MAKER)
    here = set(Device.objects.filter(site=site, product__category=category).values_list("product"))
    known = {key for (key,) in here}
    products = sorted(rows, key=lambda product: (product.pk not in known, str(product).lower()))
    context = _context(
        user,
        site,
        category=category,
        icon=ICONS[category],
        products=[(product, product.pk in known) for product in products],
        other=OTHER,
        step=3,
        **_kept(found),
    )
    return render(request, "inventory/device_new/product.html", context)


def _form(
    request: HttpRequest, user: User, site: Site, product: Product, found: StockFinding | None
) -> HttpResponse:
    form = DeviceForm(request.POST or None, product=product, network=False)
    form.initial.update(read_as(found) if found else {})
    place = _place_form(request, site, found)
    state = request.POST.get("state", DeviceState.INSTALLED)
    if request.method == "POST" and form.is_valid() and place.is_valid():
        said = place.cleaned_data
        try:
            device = _add(
                user,
                site,
                found,
                form.facts(),
                state=state if state in FIRST else DeviceState.INSTALLED,
                room=said.get("room"),
                holder=said.get("holder"),
                why=said.get("why") or "",
                code=_code(request),
            )
        except FactsRefused as refused:
            places = {name: why for name, why in refused.errors.items() if name in place.fields}
            place.take(places)
            form.take({n: why for n, why in refused.errors.items() if n not in places})
        else:
            messages.success(request, _("%(name)s est dans l’inventaire.") % {"name": device.name})
            if found is not None:
                return redirect("inventory:stock_taking", found.stock_taking_id)
            if "encore" in request.POST:
                return redirect(request.get_full_path())
            return redirect("inventory:device", device.pk)
    context = _context(
        user,
        site,
        form=form,
        place=place,
        product=product,
        icon=ICONS[product.category],
        unknown=product.maker == OTHER_MAKER,
        states=[(value, DeviceState(value).label) for value in FIRST],
        state=state,
        sending=request.POST.get("envoi") or signing.dumps(new_code(), salt=SALT),
        step=4,
        **_kept(found),
    )
    return render(request, "inventory/device_new/form.html", context)


def _add(
    user: User, site: Site, found: StockFinding | None, facts: dict[str, Any], **place: Any
) -> Device:
    if found is not None:
        return add_found_device(user, found.pk, facts, **place)
    return add_device(user, site.pk, facts, **place)


def _code(request: HttpRequest) -> str:
    """The code that was drawn with the form; empty for one that is not ours."""
    try:
        return str(signing.loads(request.POST.get("envoi", ""), salt=SALT))
    except signing.BadSignature:
        return ""


def _place_form(request: HttpRequest, site: Site, found: StockFinding | None) -> MoveForm:
    return MoveForm(
        request.POST or None,
        rooms=site.rooms.open().order_by("building", "floor", "name"),
        holders=holders_at(site),
        shown={"room", "holder"},
        room=found.room_id if found else request.GET.get("local"),
    )


# --- a correction ---


@require_http_methods(["GET", "POST"])
@login_required
def device_change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/equipements/<id>/modifier/`."""
    user = user_of(request)
    seen = Device.objects.visible_to(user).select_related("product", "site__school", "room")
    device = get_object_or_404(seen, pk=pk)
    require(can_change(user, device))
    data = _chosen(request.POST, device) if request.method == "POST" else None
    form = _change_form(user, device, data)
    if data is not None and form.is_valid():
        version = str(data.get("version", ""))
        try:
            change_device(user, pk, form.facts(), seen=int(version) if version.isdecimal() else 0)
        except ChangedMeanwhile as meanwhile:
            return _conflict(request, form, meanwhile.device)
        except FactsRefused as refused:
            form.take(refused.errors)
        else:
            messages.success(request, _("%(name)s est enregistré.") % {"name": device.name})
            return redirect("inventory:device", pk)
    context = {
        "menu": menu_of(user_of(request)),
        "crumbs": [*crumbs_of(device)[:-1], *_crumb(device)],
        "device": device,
        "form": form,
        "version": data.get("version", device.version) if data is not None else device.version,
        "icon": ICONS[device.product.category],
        "base": _base(form, data),
    }
    return render(request, "inventory/device_change.html", context)


def _base(form: DeviceForm, data: Any) -> list[tuple[str, str]]:
    """What the person read when they began, by field: travels with the form, so that the page of
    a conflict can tell what each of the two has touched."""
    return [
        (f"lu-{name}", data[f"lu-{name}"] if data and f"lu-{name}" in data
         else _raw(form.initial.get(name)))
        for name in form.fields
    ]  # fmt: skip


def _crumb(device: Device) -> list[tuple[str, str | None]]:
    return [(device.name, reverse("inventory:device", args=[device.pk])), (_("Modifier"), None)]


def _change_form(user: User, device: Device, data: Any = None) -> DeviceForm:
    network = covers(scope_of(user, TECHNICIANS), device.site)
    return DeviceForm(data, product=device.product, network=network, device=device)


@dataclass(frozen=True, slots=True)
class Both:
    """A fact that two people see differently. ``take``: the side chosen unless told otherwise."""

    name: str
    label: str
    mine: str
    theirs: str
    take: str


def _conflict(request: HttpRequest, mine: DeviceForm, device: Device) -> HttpResponse:
    """Somebody wrote meanwhile: both values side by side, nothing lost, nothing written yet."""
    theirs = DeviceForm(None, product=device.product, network=True, device=device)
    context = {
        "menu": menu_of(user_of(request)),
        "crumbs": [*crumbs_of(device)[:-1], *_crumb(device)],
        "device": device,
        "rows": _both(request.POST, mine, theirs),
        "hidden": [
            (key, value)
            for key, value in request.POST.items()
            if key not in ("csrfmiddlewaretoken", "version") and not key.startswith("garder-")
        ],
        "who": _who_wrote(device),
    }
    return render(request, "inventory/device_conflict.html", context, status=409)


def _who_wrote(device: Device) -> Any:
    """The last entry of the journal about it: who was faster, and when."""
    rows = AuditEntry.objects.filter(object_type="inventory.device", object_id=str(device.pk))
    return rows.order_by("-pk").first()


def _both(post: QueryDict, mine: DeviceForm, theirs: DeviceForm) -> list[Both]:
    """The facts that differ; what only one of us touched is proposed as that one left it."""
    found = []
    for name in mine.fields:
        if name not in theirs.fields:
            continue
        own, other = _raw(mine[name].value()), _raw(theirs[name].value())
        if own == other:
            continue
        base = post.get(f"lu-{name}")
        take = "theirs" if base is not None and base == own else "mine"
        found.append(
            Both(
                name,
                str(mine.fields[name].label),
                _told(mine, name, own),
                _told(theirs, name, other),
                take,
            )
        )
    return found


def _raw(value: Any) -> str:
    """As the browser sends it."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _told(form: DeviceForm, name: str, raw: str) -> str:
    """A value in words: the label of a choice."""
    choices = getattr(form.fields[name], "choices", None)
    for key, word in choices or ():
        if isinstance(word, list | tuple):
            for inner, inner_word in word:
                if str(inner) == raw:
                    return str(inner_word)
        elif str(key) == raw:
            return str(word)
    return raw


def _chosen(post: QueryDict, device: Device) -> QueryDict:
    """The data of the form, with the other's value where the person chose it."""
    if not any(key.startswith("garder-") for key in post):
        return post
    data = post.copy()
    theirs = DeviceForm(None, product=device.product, network=True, device=device)
    for name in theirs.fields:
        if post.get(f"garder-{name}") == "theirs":
            data[name] = _raw(theirs[name].value())
    return data


urlpatterns: list[URLPattern] = [
    path("equipements/nouveau/", device_new, name="device_new"),
    path("equipements/<int:pk>/modifier/", device_change, name="device_change"),
]
