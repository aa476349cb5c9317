from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access_rooms import RoomRefused
from schools.actions.add_rooms import lock_site
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, RoomKind, User

FIELDS = ("name", "kind", "building", "floor")


@transaction.atomic
def change_room(
    user: User, site: int, room: int, *, name: str, kind: str, building: str, floor: str
) -> tuple[Room, dict[str, str]]:
    """Rename a room or change what it is; also what it was before. Unchanged, nothing is written.

    Raises Site.DoesNotExist and Room.DoesNotExist where unseen, RoomRefused with the reason.
    """
    here = lock_site(user, site)
    found = here.rooms.get(pk=room)
    before = {key: str(getattr(found, key)) for key in FIELDS}
    after = {"name": name, "kind": RoomKind(kind).value, "building": building, "floor": floor}
    changed = [key for key in FIELDS if before[key] != after[key]]
    if not changed:
        return found, before
    if here.rooms.filter(name=name).exclude(pk=room).exists():
        raise RoomRefused(_("L’implantation a déjà un local « %(name)s ».") % {"name": name})
    for key in changed:
        setattr(found, key, after[key])
    found.save(update_fields=changed)
    record_action(
        user,
        "change_room",
        found,
        site=here,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    announce("room", found.pk, site=here.pk)
    return found, before
