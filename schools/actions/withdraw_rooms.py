from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from schools.access_rooms import RoomRefused
from schools.actions.add_rooms import lock_site
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, User


@transaction.atomic
def withdraw_rooms(user: User, site: int, rooms: Iterable[int]) -> int:
    """Take back rooms that were added by mistake and that nothing refers to yet: how many.

    A room that serves is closed instead. Raises Site.DoesNotExist, RoomRefused with the reason.
    """
    here = lock_site(user, site)
    found = list(here.rooms.select_for_update().filter(pk__in=rooms))
    if used := _used(found):
        raise RoomRefused(_("%(names)s sert déjà : fermez-le plutôt.") % {"names": ", ".join(used)})
    for room in found:
        record_action(user, "withdraw_room", room, site=here, before={"name": room.name})
    Room.objects.filter(pk__in=[room.pk for room in found]).delete()
    if found:
        announce("room", found[0].pk, site=here.pk)
    return len(found)


def _used(rooms: list[Room]) -> list[str]:
    """Names of those that a row of any app refers to: devices, coverage, tickets…"""
    names: set[str] = set()
    for relation in Room._meta.related_objects:
        path = relation.field.name
        rows = relation.related_model._default_manager.filter(**{f"{path}__in": rooms})
        names |= set(rows.values_list(f"{path}__name", flat=True))
    return sorted(names)
