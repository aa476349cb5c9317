from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from schools.actions.add_rooms import lock_site
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, User


def close_room(user: User, site: int, room: int) -> Room:
    """The room is no longer used from today on; what stood in it stays readable.

    Raises Site.DoesNotExist and Room.DoesNotExist where unseen, RoomRefused with the reason.
    """
    return _set(user, site, room, "close_room", timezone.localdate())


def reopen_room(user: User, site: int, room: int) -> Room:
    """The room is used again. Raises as :func:`close_room` does."""
    return _set(user, site, room, "reopen_room", None)


@transaction.atomic
def _set(user: User, site: int, room: int, action: str, closed_on: dt.date | None) -> Room:
    here = lock_site(user, site)
    found = here.rooms.get(pk=room)
    if (found.closed_on is None) == (closed_on is None):
        return found  # a second click: the first day stands
    before, found.closed_on = found.closed_on, closed_on
    found.save(update_fields=["closed_on"])
    day = {"closed_on": str(before or "")}, {"closed_on": str(closed_on or "")}
    record_action(user, action, found, site=here, before=day[0], after=day[1])
    announce("room", found.pk, site=here.pk)
    return found
