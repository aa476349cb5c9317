"""The steps of a device's life: what is asked depends on where it goes; the last one is undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import DecisionImpossible, can_change, require
from inventory.access.devices import KEEPERS
from inventory.access.refusals import TECHNICIANS
from inventory.actions.device_writing import FactsRefused, holders_at
from inventory.actions.move_device import Asked, move_device, undo_move
from inventory.device_words import ICONS, VERBS, is_network
from inventory.forms.devices import MoveForm
from inventory.models import Device, DeviceMove, DeviceState
from inventory.rules.life import GONE, NEXT, State, must_say
from inventory.views.devices import crumbs_of, menu_of
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.views.doors import user_of

TRANSFER = "transfert"
SITES = 30


@require_http_methods(["GET", "POST"])
@login_required
def device_move(request: HttpRequest, pk: int) -> HttpResponse:
    """GET/POST `/equipements/<id>/deplacer/?vers=in_repair`."""
    user = user_of(request)
    device = _device(user, pk)
    require(can_change(user, device))
    asked = request.POST.get("vers", request.GET.get("vers", ""))
    if asked == TRANSFER:
        return _transfer(request, user, device)
    now = State(device.state)
    if asked not in State.__members__.values() or State(asked) not in (now, *NEXT[now]):
        messages.error(request, _("Cette situation ne peut pas suivre la présente."))
        return redirect("inventory:device", pk)
    form = _form(request, device, device.site, State(asked))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        room = said["room"] if "room" in form.fields else device.room
        holder = said["holder"] if "holder" in form.fields else None
        step = Asked(
            state=asked,
            room=room.pk if room and State(asked) not in GONE else None,
            holder=holder.pk if holder else None,
            why=said["why"],
            happened_on=said.get("happened_on"),
            police_report=said.get("police_report", ""),
        )
        if answer := _carry_out(request, user, device, step, form):
            return answer
    return render(request, "inventory/device_move.html", _context(user, device, form, asked))


def _device(user: User, pk: int) -> Device:
    seen = Device.objects.visible_to(user)
    return get_object_or_404(
        seen.select_related("product", "site__school", "room", "holder"), pk=pk
    )


def _form(request: HttpRequest, device: Device, site: Site, state: State) -> MoveForm:
    """What the step needs: a room where it stands, a day where it was lost."""
    shown = set()
    if state not in GONE and state is not State.IN_REPAIR:
        shown |= {"room"} if is_network(device) else {"room", "holder"}
    if state is State.LOST:
        shown |= {"happened_on", "police_report"}
    return MoveForm(
        request.POST or None,
        rooms=site.rooms.open().order_by("building", "floor", "name"),
        holders=holders_at(site),
        shown=shown,
        needed=must_say(State(device.state), state),
        room=device.room_id if site.pk == device.site_id else None,
        holder=device.holder_id,
        happened_on=timezone.localdate(),
    )


def _context(
    user: User, device: Device, form: MoveForm, asked: str, **extra: Any
) -> dict[str, Any]:
    state = State(asked) if asked != TRANSFER else State(device.state)
    title: Any = _("Transférer") if asked == TRANSFER else VERBS[state][1]
    if asked == device.state:
        title = _("Changer de local")
    unplugs = asked == TRANSFER or (state in GONE and device.state not in GONE)
    return {
        "menu": menu_of(user),
        "crumbs": [
            *crumbs_of(device)[:-1],
            (device.name, reverse("inventory:device", args=[device.pk])),
            (str(title), None),
        ],
        "device": device,
        "form": form,
        "asked": asked,
        "title": title,
        "icon": ICONS[device.product.category],
        "cables": device.ports.filter(link_a__isnull=False).count()
        + device.ports.filter(link_b__isnull=False).count()
        if unplugs
        else 0,
        "state_word": DeviceState(state.value).label,
        **extra,
    }


def _carry_out(
    request: HttpRequest, user: User, device: Device, step: Asked, form: MoveForm
) -> HttpResponse | None:
    """The step, then the page with its toast; None: refused, the form says why."""
    try:
        move = move_device(user, device.pk, step)
    except FactsRefused as refused:
        if "room" in refused.errors and "room" not in form.fields:
            back = f"{reverse('inventory:device_move', args=[device.pk])}?vers={step.state}"
            return redirect(back)
        form.take(refused.errors)
        return None
    if not Device.objects.visible_to(user).filter(pk=device.pk).exists():
        messages.success(request, _("%(name)s est parti.") % {"name": device.name})
        return redirect("inventory:devices")
    return redirect(f"{reverse('inventory:device', args=[device.pk])}?fait={move.pk}")


# --- to another site ---


def _transfer(request: HttpRequest, user: User, device: Device) -> HttpResponse:
    """First the site, then the room there."""
    key = str(request.POST.get("site", request.GET.get("site", "")))
    site = None
    if key.isdecimal() and len(key) < 19:
        site = get_object_or_404(
            Site.objects.visible_to(user).select_related("school"), pk=int(key)
        )
    state = State(device.state)
    form = _form(request, device, site or device.site, state)
    if request.method == "POST" and site is not None and form.is_valid():
        said = form.cleaned_data
        room, holder = said.get("room"), said.get("holder")
        step = Asked(
            state=device.state,
            site=site.pk,
            room=room.pk if room else None,
            holder=holder.pk if holder else None,
            why=said["why"],
        )
        if answer := _carry_out(request, user, device, step, form):
            return answer
    query = request.GET.get("q", "").strip()[:60]
    sites = _sites(user, device, query)
    context = _context(
        user,
        device, form, TRANSFER, target=site, sites=sites[:SITES], query=query,
        more=len(sites) > SITES,
    )  # fmt: skip
    return render(request, "inventory/device_move.html", context)


def _sites(user: User, device: Device, query: str) -> list[Site]:
    kinds = TECHNICIANS if is_network(device) else TECHNICIANS | KEEPERS
    rows = Site.objects.filter(sites_q(scope_of(user, kinds))).open().exclude(pk=device.site_id)
    for word in query.split()[:4]:
        rows = rows.filter(school__name__unaccent__icontains=word) | rows.filter(
            name__unaccent__icontains=word
        )
    return list(rows.select_related("school").order_by("school__name", "name")[: SITES + 1])


@require_POST
@login_required
def device_undo_move(request: HttpRequest, pk: int, move: int) -> HttpResponse:
    """POST `/equipements/<id>/mouvements/<move>/annuler/`, from the toast or the page."""
    user = user_of(request)
    device = _device(user, pk)
    get_object_or_404(DeviceMove.objects.visible_to(user).filter(device=device), pk=move)
    require(can_change(user, device))
    url = reverse("inventory:device", args=[pk])
    try:
        undo_move(user, pk, move)
    except DecisionImpossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Mouvement annulé."))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/deplacer/", device_move, name="device_move"),
    path(
        "equipements/<int:pk>/mouvements/<int:move>/annuler/",
        device_undo_move,
        name="device_undo_move",
    ),
]
