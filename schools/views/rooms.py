"""The plan of rooms of a site: read by all who see it, kept by the school."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from schools.access_rooms import RoomRefused, can_keep_rooms
from schools.actions.add_rooms import add_rooms
from schools.actions.change_room import change_room
from schools.actions.close_room import close_room, reopen_room
from schools.actions.withdraw_rooms import withdraw_rooms
from schools.models import Room, RoomKind, Site
from schools.room_names import LONGEST, room_names
from schools.rooms_shown import rooms_shown
from schools.rules import Refused
from schools.views.doors import user_of
from schools.views.sites import crumbs_of_site

NARROW = 30
"""Characters of a floor; a building has twice as many."""


@require_GET
@login_required
def rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/les-locaux/`: a page; for htmx the panel alone."""
    return _plan(request, _site(request, pk), request.GET)


def _site(request: HttpRequest, pk: int) -> Site:
    seen = Site.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("school__authority", "municipality"), pk=pk)


def _plan(request: HttpRequest, site: Site, asked: QueryDict, error: str = "") -> HttpResponse:
    may = can_keep_rooms(user_of(request), site)
    chosen = str(asked.get("local", ""))
    text = str(asked.get("q", ""))[:60]
    typed = {key: str(request.POST.get(key, ""))[:500] for key in ("noms", "batiment", "etage")}
    context = {
        "menu": "sites",
        "site": site,
        "crumbs": [*crumbs_of_site(site), (_("Locaux"), None)],
        "plan": rooms_shown(site, text),
        "q": text,
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "chosen": site.rooms.filter(pk=int(chosen)).first()
        if may and chosen.isdecimal() and len(chosen) < 19
        else None,
        "kinds": RoomKind.choices,
        "kind": request.POST.get("usage", RoomKind.CLASSROOM),
        "typed": typed,
        "error": error,
    }
    fragment = request.headers.get("HX-Request") == "true"
    name = "schools/rooms/_plan.html" if fragment else "schools/rooms/page.html"
    return render(request, name, context)


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One room, or several in one line (``B.01-B.12``)."""
    site = _site(request, pk)

    def act() -> tuple[str, str]:
        names = room_names(request.POST.get("noms", ""))
        place = _place(request.POST)
        added = add_rooms(user_of(request), pk, names, **place)
        told = _told(added.rooms, added.known)
        keys = ",".join(str(room.pk) for room in added.rooms)
        return told, f"{_url('withdraw_rooms', pk)}?{urlencode({'ids': keys})}" if keys else ""

    return _answer(request, site, act)


def _told(rooms: list[Room], known: list[str]) -> str:
    count = len(rooms)
    told = ngettext("%(n)d local ajouté.", "%(n)d locaux ajoutés.", count) % {"n": count}
    if not rooms:
        told = _("Rien à ajouter.")
    if known:
        told += " " + _("Déjà là : %(names)s.") % {"names": ", ".join(known[:5])}
    return told


@require_POST
@login_required
def change(request: HttpRequest, pk: int, room: int) -> HttpResponse:
    """Rename a room, change its kind, building or floor. Undone by its former values."""
    site, asked = _site(request, pk), request.POST or request.GET
    get_object_or_404(site.rooms, pk=room)

    def act() -> tuple[str, str]:
        name = " ".join(asked.get("nom", "").split())[:LONGEST]
        if not name:
            raise ValueError(_("Un local a besoin d’un nom."))
        now, before = change_room(user_of(request), pk, room, name=name, **_place(asked))
        told = urlencode(
            {
                "nom": before["name"],
                "usage": before["kind"],
                "batiment": before["building"],
                "etage": before["floor"],
            }
        )
        return _("Local %(name)s enregistré.") % {"name": now.name}, (
            f"{_url('change_room', pk, room)}?{told}"
        )

    return _answer(request, site, act, chosen=room)


@require_POST
@login_required
def close(request: HttpRequest, pk: int, room: int) -> HttpResponse:
    """The room is no longer used."""

    def act() -> tuple[str, str]:
        now = close_room(user_of(request), pk, room)
        return _("Local %(name)s fermé.") % {"name": now.name}, _url("reopen_room", pk, room)

    return _answer(request, _site(request, pk), act)


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int, room: int) -> HttpResponse:
    """The room is used again."""

    def act() -> tuple[str, str]:
        now = reopen_room(user_of(request), pk, room)
        return _("Local %(name)s rouvert.") % {"name": now.name}, _url("close_room", pk, room)

    return _answer(request, _site(request, pk), act)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo of an addition: the rooms of ``?ids=``."""

    def act() -> tuple[str, str]:
        keys = [int(k) for k in request.GET.get("ids", "").split(",") if k.isdecimal()][:200]
        count = withdraw_rooms(user_of(request), pk, [k for k in keys if k < 2**63])
        told = ngettext("%(n)d local retiré.", "%(n)d locaux retirés.", count) % {"n": count}
        return told, ""

    return _answer(request, _site(request, pk), act)


def _place(asked: QueryDict) -> dict[str, str]:
    kind = asked.get("usage", "")
    return {
        "kind": kind if kind in RoomKind.values else RoomKind.CLASSROOM.value,
        "building": " ".join(asked.get("batiment", "").split())[:LONGEST],
        "floor": " ".join(asked.get("etage", "").split())[:NARROW],
    }


def _url(name: str, *args: int) -> str:
    return reverse(f"schools:{name}", args=args)


def _answer(
    request: HttpRequest, site: Site, act: Callable[[], tuple[str, str]], chosen: int | None = None
) -> HttpResponse:
    """Do it, then show the plan again: the toast offers to undo; a refusal says why, in place."""
    fragment = request.headers.get("HX-Request") == "true"
    try:
        told, undo = act()
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValueError as error:
        asked = QueryDict(f"local={chosen}" if chosen else "")
        return _plan(request, site, asked, error=str(error))
    except RoomRefused as error:
        if not fragment:
            raise
        toast: dict[str, Any] = {"text": str(error), "error": True}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})
    if not fragment:
        messages.success(request, told)
        return redirect("schools:site_rooms", site.pk)
    request.POST = QueryDict()
    answer = _plan(request, site, QueryDict())
    answer["HX-Trigger"] = json.dumps({"toast": {"text": told, "undo": undo}})
    return answer
