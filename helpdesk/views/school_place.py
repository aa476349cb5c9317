"""Signaler un problème, step 2: where, by the room or by the device itself."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from helpdesk.problems import Subject
from helpdesk.report_draft import Draft, save_draft
from helpdesk.school_equipment import find_devices
from helpdesk.school_now import SEEN_BY_TEACHERS
from helpdesk.views.school_report import draft_of, onward, page_of
from helpdesk.views.school_site import at_school, user_of, writers_only
from inventory.models import Category, Device
from schools.floors import level, natural
from schools.models import Room, Site

FEW = 4
"""So many devices of a kind stand on the screen before any room is asked."""
FOUND = 40
"""Rooms and devices that one screen offers; the search finds the others."""


@require_http_methods(["GET", "POST"])
@never_cache
@at_school
@writers_only
def place(request: HttpRequest, site: Site) -> HttpResponse:
    """Step 2: the room, then the device of that room. Both may stay unknown."""
    draft = draft_of(request, site)
    about = draft.about
    if about is None or not about.place:
        return onward(request, draft)
    if request.method == "POST":
        return _answer_place(request, site, draft, about)
    query = request.GET.get("q", "").strip()[:60]
    room = _chosen_room(request, site, draft)
    rooms = Room.objects.filter(site=site)
    if query:
        rooms = rooms.filter(name__icontains=query)
    devices = find_devices(site, user_of(request), query).filter(
        product__category__in=about.categories
    )
    if room is not None:
        devices = devices.filter(room=room)
    return page_of(
        request,
        site,
        draft,
        2,
        template="place",
        about=about,
        query=query,
        room=room,
        rooms=sorted(
            rooms[: 3 * FOUND], key=lambda r: (r.building, level(r.floor), natural(r.name))
        ),
        devices=_offered(devices, about, narrowed=bool(room or query)),
    )


def _offered(devices: QuerySet[Device], about: Subject, *, narrowed: bool) -> list[Device]:
    """Devices to choose from: those of a room or a search; else all, when they are few and of a
    kind that a teacher knows by sight."""
    if narrowed:
        return list(devices.order_by("name")[:FOUND])
    if not SEEN_BY_TEACHERS.intersection(about.categories):
        return []
    few = list(devices.order_by("name")[: FEW + 1])
    return few if len(few) <= FEW else []


def _chosen_room(request: HttpRequest, site: Site, draft: Draft) -> Room | None:
    """The room of ``?local=``, whose devices are offered next."""
    asked = request.GET.get("local", "")
    if asked.isdecimal():
        return Room.objects.filter(site=site, pk=int(asked)).first()
    return None


def _answer_place(request: HttpRequest, site: Site, draft: Draft, about: Subject) -> HttpResponse:
    """A room leads to its devices, when there are any to choose; all else leads on."""
    device, room = request.POST.get("device", ""), request.POST.get("room", "")
    draft.device = draft.room = None
    if device.isdecimal():
        chosen = get_object_or_404(find_devices(site, user_of(request)), pk=int(device))
        draft.device, draft.room = chosen.pk, chosen.room_id
    elif room.isdecimal():
        draft.room = get_object_or_404(Room, site=site, pk=int(room)).pk
        if "device" not in request.POST and _has_devices(site, draft.room, about):
            save_draft(request.session, draft)
            return redirect(f"{request.path}?local={draft.room}")
    draft.place_done = True
    return onward(request, draft)


def _has_devices(site: Site, room: int, about: Subject) -> bool:
    """Whether to ask which device of the room. Nobody is asked to tell access points apart: the
    room says which ones cover it."""
    asked = set(about.categories) - {Category.ACCESS_POINT.value}
    return Device.objects.filter(site=site, room=room, product__category__in=asked).exists()
