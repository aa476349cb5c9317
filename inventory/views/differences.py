"""Differences between register and network: the list, one side by side, decisions, panels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, can_decide, can_decide_on, require
from inventory.actions.decide_difference import (
    accept_difference,
    accept_many,
    ignore_difference,
    merge_difference,
    undo_decision,
)
from inventory.difference_words import sentence_of, title_of, words_of
from inventory.listing_differences import differences_asked, page_of, site_chosen
from inventory.models import (
    Device,
    DeviceState,
    Difference,
    DifferenceKind,
    DifferenceState,
    ObservedDevice,
)
from inventory.rules.identity import plain_name, same_product
from schools.filters import filter_of
from schools.models import Province, Room, Site
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

EXPORTED = 20_000
BULK_AT_MOST = 200
SHOWN = 5
FILTERED = ("objet", "etat", "province", "site", "surs")


# --- the list ---


@require_GET
@login_required
def differences(request: HttpRequest) -> HttpResponse:
    """GET `/ecarts/`."""
    user = user_of(request)
    asked = differences_asked(user, request.GET)
    rows, after = page_of(asked, request.GET.get("apres", ""))
    site = site_chosen(user, request.GET)
    context = {
        "menu": "differences",
        "crumbs": [(_("Écarts"), None)],
        "rows": [(row, words_of(row)) for row in rows],
        "total": asked.count(),
        "after": after,
        "filters": _filters(request),
        "chosen_site": site,
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(k) for k in (*FILTERED, "q")),
        "may_decide": user.is_technician,
        "safe_on_page": any(row.safe and row.state == DifferenceState.OPEN for row in rows),
    }
    return render(request, "inventory/differences.html", context)


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    """Each filter: its name, label, choices, and the word chosen now."""
    known: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("objet", _("Objet"), list(DifferenceKind.choices)),
        ("etat", _("Suivi"), [*DifferenceState.choices, ("tout", _("tout"))]),
        ("province", _("Province"), list(Province.choices)),
        ("surs", _("Sûrs"), [("oui", _("les seuls acceptables ensemble"))]),
    ]
    return [filter_of(request, name, label, choices) for name, label, choices in known if choices]


@require_GET
@login_required
def export(request: HttpRequest, ending: str = "csv") -> HttpResponseBase:
    """GET `/ecarts/export.csv`, `.xlsx`, `.ods`: the same filters, the whole list."""
    asked = differences_asked(user_of(request), request.GET).order_by("-first_seen_at", "-pk")
    rows = asked.select_related("device", "observed_device", "site__school", "decided_by")
    heads = [
        *(_("Objet"), _("Équipement"), _("Établissement"), _("Implantation"), _("Inventaire")),
        *(_("Réseau"), _("Vu la première fois"), _("Vu la dernière fois"), _("Suivi")),
        _("Décidé par"),
    ]
    return sheet_response(request, "ecarts", heads, _cells(list(rows[:EXPORTED])), ending=ending)


def _cells(rows: list[Difference]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            row.get_kind_display(),
            title_of(row),
            row.site.school.name,
            row.site.name,
            row.intended,
            row.observed,
            timezone.localtime(row.first_seen_at).strftime("%d/%m/%Y %H:%M"),
            timezone.localtime(row.last_seen_at).strftime("%d/%m/%Y %H:%M"),
            row.get_state_display(),
            row.decided_by or "",
        ]


@require_POST
@login_required
def accept_together(request: HttpRequest) -> HttpResponse:
    """POST `/ecarts/accepter/`: a preview of the chosen safe ones; confirmed, the deed."""
    user = user_of(request)
    keys = [int(pk) for pk in request.POST.getlist("ecart") if pk.isdecimal()][:BULK_AT_MOST]
    if not keys:
        messages.warning(request, _("Cochez d’abord des écarts."))
        return redirect("inventory:differences")
    if request.POST.get("confirme") != "oui":
        rows = Difference.objects.visible_to(user).filter(pk__in=keys).open()
        rows = rows.select_related("device", "observed_device", "site__school")
        told = [(row, words_of(row)) for row in rows]
        context = {
            "menu": "differences",
            "crumbs": [(_("Écarts"), reverse("inventory:differences")), (_("Aperçu"), None)],
            "rows": [pair for pair in told if pair[0].safe],
            "others": sum(not row.safe for row, _words in told),
        }
        return render(request, "inventory/differences_preview.html", context)
    done, refused = accept_many(user, keys)
    text = ngettext("%(n)d écart accepté.", "%(n)d écarts acceptés.", len(done))
    messages.success(request, text % {"n": len(done)})
    for _pk, why in refused[:3]:
        messages.warning(request, why)
    return redirect("inventory:differences")


# --- one ---


def _difference(request: HttpRequest, pk: int) -> Difference:
    seen = Difference.objects.visible_to(user_of(request)).select_related(
        "device__product",
        "device__room",
        "device__site__school",
        "observed_device__parent",
        "site__school__authority",
        "decided_by",
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@login_required
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ecarts/<id>/`: what the register says beside what the network shows, with evidence."""
    row, user = _difference(request, pk), user_of(request)
    answer = can_decide(user, row.site)
    words = words_of(row)
    candidates = Device.objects.filter(site=row.site).exclude(state=DeviceState.RETIRED)
    context = {
        "menu": "differences",
        "crumbs": [
            (_("Écarts"), reverse("inventory:differences")),
            (str(row.site), reverse("schools:site", args=[row.site_id])),
            (words.title, None),
        ],
        "row": row,
        "words": words,
        "sides": sides_of(row),
        "open": row.state == DifferenceState.OPEN,
        "may_decide": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "may_undo": bool(answer) and row.decided_at is not None,
        "rooms": Room.objects.filter(site=row.site).open() if words.needs_room else [],
        "candidates": candidates.select_related("product")[:500] if words.merge else [],
        "pieces": [
            (piece, Device.objects.filter(pk=key).select_related("product").first())
            for piece, key in row.detail.get("pieces", [])
        ],
    }
    return render(request, "inventory/difference.html", context)


@dataclass(frozen=True)
class Side:
    """A fact side by side: the register's, the network's, and where that was read."""

    label: str
    here: str
    there: str
    source: str
    differs: bool


def sides_of(row: Difference) -> list[Side]:
    """Every fact of which one of the two says something."""
    device, seen = row.device, row.observed_device
    facts: list[Side] = []

    def add(label: str, here: object, there: object, key: str, same: bool | None = None) -> None:
        source = seen.evidence.get(key, "") if seen else ""
        mine, theirs = str(here or ""), str(there or "")
        alike = mine.casefold() == theirs.casefold() if same is None else same
        if mine or theirs:
            facts.append(Side(label, mine, theirs, source, bool(mine and theirs and not alike)))

    model = f"{seen.maker} {seen.model or seen.hardware}".strip() if seen else ""
    name, called = device.name if device else "", seen.name if seen else ""
    add(_("Nom"), name, called, "name", plain_name(name) == plain_name(called))
    same = row.kind != DifferenceKind.PRODUCT and _is_same_product(device, seen)
    add(_("Modèle"), device.product if device else "", model, "model", same)
    add(
        _("Numéro de série"),
        device.serial if device else "",
        (seen.serial or seen.facts.get("claimed_serial")) if seen else "",
        "serial",
    )
    add(_("Adresse MAC"), device.mac if device else "", seen.mac if seen else "", "mac")
    add(_("Version du logiciel"), "", seen.version if seen else "", "version")
    add(_("Adresse"), "", seen.address if seen else "", "address")
    add(_("Local"), device.room if device else "", "", "")
    if device:
        plugs = seen.facts.get("ports_physical") if seen else ""
        add(_("Prises"), device.ports.count(), plugs, "ports", row.kind != DifferenceKind.PORTS)
    return facts


def _is_same_product(device: Device | None, seen: ObservedDevice | None) -> bool:
    if device is None or seen is None or not seen.model:
        return True
    product = device.product
    return same_product(product.maker, product.model, (seen.model, seen.hardware))


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/ecarts/<id>/decider/`: accept, merge, ignore or undo; never half done."""
    row, user = _difference(request, pk), user_of(request)
    require(can_decide_on(user, row))
    what, seen = request.POST.get("decision", ""), request.POST.get("vu", "")
    why = request.POST.get("motif", "")
    try:
        if what == "accepter":
            accept_difference(user, pk, seen=seen, why=why, room=_room(request, row))
            text = _("Écart accepté : l’inventaire suit le réseau.")
        elif what == "rattacher":
            chosen = request.POST.get("equipement", "")
            device = int(chosen) if chosen.isdecimal() else 0
            merge_difference(user, pk, device, seen=seen, why=why)
            text = _("Rattaché. Ses autres écarts apparaissent maintenant.")
        elif what == "ignorer":
            ignore_difference(user, pk, seen=seen, why=why)
            text = _("Ignoré jusqu’à ce qu’il change.")
        elif what == "annuler":
            undo_decision(user, pk)
            text = _("Décision annulée.")
        else:
            text = ""
    except DecisionImpossible as error:
        messages.error(request, str(error))
        return redirect("inventory:difference", pk)
    if text:
        messages.success(request, text)
    return redirect(_back(request, pk))


def _back(request: HttpRequest, pk: int) -> str:
    """Where the form was; only an address of this site."""
    back = request.POST.get("retour", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse("inventory:difference", args=[pk])


def _room(request: HttpRequest, row: Difference) -> Room | None:
    chosen = request.POST.get("local", "")
    if not chosen.isdecimal():
        return None
    return Room.objects.filter(site=row.site, pk=int(chosen)).open().first()


# --- panels ---


@require_GET
@login_required
def site_differences(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of a site's page: how many differences, and the first few."""
    user = user_of(request)
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    asked = Difference.objects.visible_to(user).filter(site=site).open()
    rows = asked.order_by("-first_seen_at", "-pk").select_related("device", "observed_device")
    context = {
        "site": site,
        "total": asked.count(),
        "rows": [(row, words_of(row)) for row in rows[:SHOWN]],
        "ever": ObservedDevice.objects.filter(site=site).exists(),
    }
    return render(request, "inventory/_site_differences.html", context)


@require_GET
@login_required
def device_observed(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of a device's page: what the network says of it, and what differs."""
    user = user_of(request)
    device = get_object_or_404(Device.objects.visible_to(user), pk=pk)
    seen = ObservedDevice.objects.filter(device=device).select_related("parent__device").first()
    rows = Difference.objects.visible_to(user).filter(device=device).open()
    context = {
        "device": device,
        "seen": seen,
        "matched": seen.get_matched_by_display() if seen else "",
        "neighbours": seen.neighbours.filter(missing_since=None).select_related("device")[:12]
        if seen
        else [],
        "parts": seen.parts.filter(missing_since=None).count() if seen else 0,
        "differences": [(row, row.get_kind_display(), sentence_of(row)) for row in rows[:SHOWN]],
    }
    return render(request, "inventory/_device_observed.html", context)


urlpatterns: list[URLPattern] = [
    path("ecarts/", differences, name="differences"),
    *sheet_paths("ecarts/export", export, "differences_export"),
    path("ecarts/accepter/", accept_together, name="differences_accept"),
    path("ecarts/<int:pk>/", difference, name="difference"),
    path("ecarts/<int:pk>/decider/", decide, name="difference_decide"),
    path("implantations/<int:pk>/ecarts/", site_differences, name="site_differences"),
    path("equipements/<int:pk>/observe/", device_observed, name="device_observed"),
]
