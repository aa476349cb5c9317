"""What is done at a store: use, receive, move, count, return; levels, the catalogue."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access.consumables import can_add, can_keep_store, require
from inventory.actions.consumables.count_stock import count_stock
from inventory.actions.consumables.ledger import StockImpossible
from inventory.actions.consumables.move_stock import move_stock
from inventory.actions.consumables.open_store import (
    add_consumable,
    open_store,
    set_reorder_level,
)
from inventory.actions.consumables.receive_stock import receive_stock
from inventory.actions.consumables.undo_stock import undo_stock
from inventory.actions.consumables.use_consumable import return_stock, use_consumable
from inventory.forms_consumables import (
    COUNT,
    GESTURES,
    MOVE,
    RECEIVE,
    USE,
    ConsumableForm,
    GestureForm,
    LevelForm,
)
from inventory.models import StockEntry, StockLine, Store
from inventory.views.consumables import store_seen
from schools.models import User
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def gesture(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """GET and POST `/consommables/stocks/<id>/<geste>/`: scan or choose, how many, done."""
    here, user = store_seen(request, pk), user_of(request)
    require(can_keep_store(user, here))
    data = request.POST if request.method == "POST" else None
    initial = {"quoi": request.GET.get("quoi", ""), "pour": request.GET.get("pour", "")}
    initial["reference"] = request.GET.get("reference", "")[:60]
    form = GestureForm(data, gesture=word, store=here, user=user, initial=initial)
    if data is not None and form.is_valid():
        try:
            entry = _do(user, here, word, form.cleaned_data, _key(request.POST.get("cle", "")))
        except StockImpossible as error:
            form.add_error(None, str(error))
        else:
            url = reverse("inventory:store", args=[here.pk])
            return redirect(f"{url}?fait={entry.pk}")
    title, icon, _question = GESTURES[word]
    context = {
        "menu": "consumables",
        "crumbs": [
            (_("Consommables"), reverse("inventory:consumables")),
            (here.name, reverse("inventory:store", args=[here.pk])),
            (title, None),
        ],
        "store": here,
        "form": form,
        "title": title,
        "icon": icon,
        "key": _key(request.POST.get("cle", "")),
    }
    return render(request, "inventory/consumables/gesture.html", context)


def _key(text: str) -> uuid.UUID:
    """The key that the form carries: a second click writes nothing more."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _do(user: User, here: Store, word: str, said: dict[str, Any], key: uuid.UUID) -> StockEntry:
    what, count = said["quoi"], said["combien"]
    reference = said.get("reference", "").strip()
    if word == RECEIVE:
        return receive_stock(user, here, what, count, said.get("prix"), reference, key=key)
    if word == MOVE:
        return move_stock(user, here, what, count, said["vers"], reference, key=key)
    if word == COUNT:
        return count_stock(user, here, what, count, said["motif"], key=key)
    step = use_consumable if word == USE else return_stock
    return step(user, here, what, count, said.get("pour"), reference, key=key)


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/consommables/ecritures/<id>/annuler/`: counter-entries."""
    user = user_of(request)
    entry = get_object_or_404(StockEntry.objects.visible_to(user), pk=pk)
    try:
        undo_stock(user, pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    except StockImpossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Écriture annulée : le stock est comme avant."))
    url = reverse("inventory:store", args=[entry.store_id])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
@login_required
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/consommables/lignes/<id>/seuil/`."""
    user = user_of(request)
    seen = StockLine.objects.visible_to(user).select_related("store__site", "store__authority")
    here = get_object_or_404(seen, pk=pk)
    require(can_keep_store(user, here.store))
    form = LevelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Entrez des nombres entiers, ou rien."))
        return redirect("inventory:stock_line", pk)
    said = form.cleaned_data
    try:
        set_reorder_level(user, here.store_id, here.consumable, said["seuil"], said["jusque"])
    except StockImpossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Seuil enregistré."))
    return redirect("inventory:stock_line", pk)


@require_POST
@login_required
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/consommables/ouvrir/<implantation>/`: a store for a site."""
    try:
        made = open_store(user_of(request), pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("inventory:store", made.pk)


@require_http_methods(["GET", "POST"])
@login_required
def new_consumable(request: HttpRequest) -> HttpResponse:
    """GET and POST `/consommables/nouveau/`: a new line of the catalogue."""
    user = user_of(request)
    require(can_add(user))
    form = ConsumableForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_consumable(user, **form.cleaned_data)
        except StockImpossible as error:
            form.add_error("barcode", str(error))
        else:
            told = {"name": made.name}
            messages.success(request, _("« %(name)s » est au catalogue : recevez-en.") % told)
            return redirect("inventory:consumables")
    context = {
        "menu": "consumables",
        "crumbs": [(_("Consommables"), reverse("inventory:consumables")), (_("Nouveau"), None)],
        "form": form,
        "title": _("Nouveau consommable"),
        "icon": "plus",
    }
    return render(request, "inventory/consumables/gesture.html", context)


urlpatterns: list[URLPattern] = [
    *(
        path(f"consommables/stocks/<int:pk>/{word}/", gesture, {"word": word}, name=f"stock_{word}")
        for word in GESTURES
    ),
    path("consommables/ecritures/<int:pk>/annuler/", undo, name="stock_undo"),
    path("consommables/lignes/<int:pk>/seuil/", level, name="stock_level"),
    path("consommables/ouvrir/<int:pk>/", opened, name="store_open"),
    path("consommables/nouveau/", new_consumable, name="consumable_new"),
]
