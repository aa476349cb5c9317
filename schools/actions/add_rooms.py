from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access_rooms import RoomRefused, can_keep_rooms, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, RoomKind, Site, User


@dataclass(frozen=True, slots=True)
class Added:
    """``rooms`` are new; ``known`` were there before (a second click, or a colleague)."""

    rooms: list[Room]
    known: list[str]


def lock_site(user: User, site: int) -> Site:
    """The site, locked so that one person at a time changes its rooms. Raises DoesNotExist."""
    seen = Site.objects.visible_to(user).select_for_update(of=("self",))
    here = seen.select_related("school").get(pk=site)
    require(can_keep_rooms(user, here))
    return here


@transaction.atomic
def add_rooms(
    user: User,
    site: int,
    names: Sequence[str],
    *,
    kind: str = RoomKind.CLASSROOM,
    building: str = "",
    floor: str = "",
) -> Added:
    """Add rooms of one kind, building and floor. Names that the site has are left as they are.

    Raises Site.DoesNotExist where unseen, RoomRefused with the reason.
    """
    here = lock_site(user, site)
    before = dict(here.rooms.filter(name__in=names).values_list("name", "closed_on"))
    if closed := [name for name in names if before.get(name)]:
        raise RoomRefused(
            _("%(names)s : fermé dans le registre. Rouvrez-le plutôt.")
            % {"names": ", ".join(closed[:5])}
        )
    fresh = [
        Room(site=here, name=name, kind=RoomKind(kind), building=building, floor=floor)
        for name in names
        if name not in before
    ]
    rooms = Room.objects.bulk_create(fresh)
    for room in rooms:
        after = {"kind": room.kind, "building": building, "floor": floor}
        record_action(user, "add_room", room, site=here, after=after)
    if rooms:
        announce("room", rooms[0].pk, site=here.pk)
    return Added(rooms, [name for name in names if name in before])
