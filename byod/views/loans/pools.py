"""Pools: the list with its counts, one pool and its pieces; the panel on a device's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.loans.desk import can_keep_pool, can_keep_pool_of
from byod.actions.loans.pools import empty_pool, fill_pool, open_pool
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LENDABLE, LoanPool, PoolItem
from inventory.access import DecisionImpossible, require
from inventory.models import Device, DeviceState
from schools.filters import Filter, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import School, User
from schools.rules import Refused
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

BY_NAME = (Column("device__name"), KEY)
WHERE = {
    "libre": gettext_lazy("Prêt à partir"),
    "sorti": gettext_lazy("Prêté"),
    "reserve": gettext_lazy("Réservé"),
    "reparation": gettext_lazy("En réparation"),
    "perdu": gettext_lazy("Perdu ou retiré"),
}


def _held(state: str) -> Q:
    loans = Loan.objects.filter(Q(item=OuterRef("pk")) | Q(charger=OuterRef("pk")), state=state)
    return Q(Exists(loans))


def _where(rows: QuerySet[PoolItem], value: str) -> QuerySet[PoolItem]:
    out, kept = _held(LoanState.OUT), _held(LoanState.RESERVED)
    match value:
        case "sorti":
            return rows.filter(out)
        case "reserve":
            return rows.filter(kept)
        case "reparation":
            return rows.filter(device__state=DeviceState.IN_REPAIR)
        case "perdu":
            return rows.filter(device__state__in=[DeviceState.LOST, DeviceState.RETIRED])
    return rows.filter(device__state__in=LENDABLE).exclude(out | kept)


FILTERS = (
    Filter("ou", gettext_lazy("Où"), lambda: [*WHERE.items()], _where),
    Filter(
        "type",
        gettext_lazy("Type"),
        lambda: [("appareil", gettext_lazy("appareils")), ("chargeur", gettext_lazy("chargeurs"))],
        lambda rows, value: rows.filter(is_charger=value == "chargeur"),
    ),
)


def pools_seen(user: User) -> QuerySet[LoanPool]:
    """Pools with what stands in them: devices, ready, out, in repair. One query."""
    here = Q(items__removed_at=None, items__is_charger=False)
    out = Exists(Loan.objects.filter(item=OuterRef("items__pk"), state__in=["out", "reserved"]))
    ready = here & Q(items__device__state__in=LENDABLE) & ~Q(out)
    return (
        LoanPool.objects.visible_to(user)
        .filter(closed_on=None)
        .select_related("school", "authority")
        .annotate(
            devices=Count("items", filter=here),
            chargers=Count("items", filter=Q(items__removed_at=None, items__is_charger=True)),
            ready=Count("items", filter=ready),
            away=Count("items", filter=here & Q(out)),
            broken=Count("items", filter=here & Q(items__device__state=DeviceState.IN_REPAIR)),
        )
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pools(request: HttpRequest) -> HttpResponse:
    """GET, POST `/prets/reserves/`: the pools that one sees; open one for a school."""
    user = user_of(request)
    own = [one for one in _own_schools(user) if can_keep_pool_of(user, one)]
    if request.method == "POST":
        if not own:
            seen = School.objects.visible_to(user).first()
            if seen is not None:
                require(can_keep_pool_of(user, seen))
            raise Http404
        key = request.POST.get("ecole", "")
        school = next((one for one in own if str(one.pk) == key), own[0])
        name = " ".join(request.POST.get("nom", "").split())
        try:
            if not name:
                raise DecisionImpossible(_("Donnez un nom à la réserve."))
            made = open_pool(user, name, school=school.pk)
            return redirect("byod:loan_pool", made.pk)
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
    context = {
        "menu": "loan_pools",
        "crumbs": [(_("Prêts"), reverse("byod:loans")), (_("Réserves"), None)],
        "rows": list(pools_seen(user).order_by("name", "pk")[:200]),
        "own": own,
        "typed": request.POST.get("nom", ""),
    }
    return render(request, "byod/loans/pools.html", context)


def _own_schools(user: User) -> list[School]:
    """The schools of the person, to whom a pool may belong."""
    return list(School.objects.visible_to(user).open()[:5]) if user.role_kinds else []


def pool_of(user: User, pk: int) -> LoanPool:
    """The pool, if the person sees it."""
    return get_object_or_404(pools_seen(user), pk=pk)


def _items(request: HttpRequest, pool: LoanPool) -> QuerySet[PoolItem]:
    rows = PoolItem.objects.in_pool().filter(pool=pool)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if asked:
        told = Q(device__name__icontains=asked) | Q(device__serial__icontains=asked)
        rows = rows.filter(told | Q(device__asset_number__icontains=asked))
    return narrowed(rows, FILTERS, request.GET).select_related(
        "device__product", "device__site", "partner__device"
    )


def _away(items: list[PoolItem]) -> dict[int, Loan]:
    """Piece → the loan that holds it. Nothing of the pupil is read."""
    rows = Loan.objects.taken().filter(Q(item__in=items) | Q(charger__in=items))
    found = {}
    for row in rows.only("item", "charger", "state", "due_on", "site"):
        found[row.item_id] = row
        if row.charger_id:
            found[row.charger_id] = row
    return found


@require_GET
@login_required
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/reserves/<id>/`."""
    user = user_of(request)
    row = pool_of(user, pk)
    may = can_keep_pool(user, row)
    items, after = page_of(_items(request, row), BY_NAME, request.GET.get("apres", ""))
    away = _away(items)
    context = {
        "menu": "loan_pools",
        "crumbs": [
            (_("Prêts"), reverse("byod:loans")),
            (_("Réserves"), reverse("byod:loan_pools")),
            (row.name, None),
        ],
        "row": row,
        "rows": [(one, place_of(one, away.get(one.pk))) for one in items],
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "after": after,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "byod/loans/pool.html", context)


def place_of(item: PoolItem, held: Loan | None) -> tuple[str, str, str]:
    """Where a piece is: colour, icon, words. Never with whom."""
    if held is not None and held.state == LoanState.OUT:
        day = f"{held.due_on:%d/%m/%Y}"
        return "ok", "device-laptop", _("Prêté, à rendre le %s") % day
    state = item.device.state
    if state == DeviceState.IN_REPAIR:
        return "down", "tool", _("En réparation")
    if state in (DeviceState.LOST, DeviceState.RETIRED):
        return "down", "map-off", str(item.device.get_state_display()).capitalize()
    if held is not None:
        return "planned", "bookmark", _("Réservé")
    return "unknown", "circle-dashed", _("Prêt à partir")


@require_GET
@login_required
def export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/prets/reserves/<id>/export.csv`: pieces, without any pupil."""
    row = pool_of(user_of(request), pk)
    heads = [_("Appareil"), _("Modèle"), _("Numéro de série"), _("Étiquette"), _("Chargeur"),
             _("Implantation"), _("Situation"), _("Ajouté le")]  # fmt: skip
    rows = in_order(_items(request, row), BY_NAME)[:EXPORT_AT_MOST]
    cells = (
        [
            *(one.device.name, str(one.device.product), one.device.serial or ""),
            *(one.device.asset_number or "", _("oui") if one.is_charger else _("non")),
            *(one.device.site.name, one.device.get_state_display(), one.added_at),
        ]
        for one in rows.iterator(chunk_size=CHUNK)
    )
    return sheet_response(request, "reserve-de-pret", heads, cells, ending=ending)


@require_POST
@login_required
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/ajouter/`: labels, one a line, typed or scanned."""
    user = user_of(request)
    pool_of(user, pk)
    try:
        told = fill_pool(
            user,
            pk,
            request.POST.get("etiquettes", "").replace("\x00", "").splitlines(),
            chargers=request.POST.get("chargeurs") == "oui",
        )
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:loan_pool", pk)
    if told.added:
        words = ngettext("%(n)d pièce ajoutée.", "%(n)d pièces ajoutées.", len(told.added))
        messages.success(request, words % {"n": len(told.added)})
    for text, why in told.refused[:10]:
        messages.error(request, f"{text}\u00a0: {why}")
    if len(told.refused) > 10:
        messages.error(request, _("et %d autres refusés.") % (len(told.refused) - 10))
    if not told.added and not told.refused:
        messages.info(request, _("Scannez ou tapez au moins une étiquette."))
    return redirect("byod:loan_pool", pk)


@require_POST
@login_required
def empty(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/retirer/`."""
    user = user_of(request)
    pool_of(user, pk)
    keys = [int(key) for key in request.POST.getlist("piece") if key.isdecimal() and len(key) < 19]
    try:
        count = empty_pool(user, pk, keys)
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d pièce retirée.", "%(n)d pièces retirées.", count)
        messages.success(request, words % {"n": count})
    return redirect("byod:loan_pool", pk)


@require_GET
@login_required
def device_loans(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/prets/`: the panel of a device. Until when; never with whom."""
    device = get_object_or_404(Device.objects.visible_to(user_of(request)), pk=pk)
    item = PoolItem.objects.in_pool().filter(device=device)
    piece = item.select_related("pool", "device", "partner__device").first()
    context: dict[str, Any] = {"piece": piece}
    if piece is not None:
        context["place"] = place_of(piece, _away([piece]).get(piece.pk))
        ended = Loan.objects.filter(item=piece, state=LoanState.RETURNED)
        context["times"] = ended.count()
    return render(request, "byod/loans/_device.html", context)


urlpatterns: list[URLPattern] = [
    path("prets/reserves/", pools, name="loan_pools"),
    path("prets/reserves/<int:pk>/", pool, name="loan_pool"),
    *sheet_paths("prets/reserves/<int:pk>/export", export, "loan_pool_export"),
    path("prets/reserves/<int:pk>/ajouter/", fill, name="loan_pool_fill"),
    path("prets/reserves/<int:pk>/retirer/", empty, name="loan_pool_empty"),
    path("equipements/<int:pk>/prets/", device_loans, name="device_loans"),
]
