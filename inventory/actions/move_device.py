"""The next step of a device's life: another situation, room, holder or site; and taking it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, can_transfer, require
from inventory.actions.add_device import by_field
from inventory.actions.device_writing import (
    FactsRefused,
    follow,
    free_name,
    holders_at,
    lock_device,
    save_or_tell,
)
from inventory.actions.note_moves import note_moves
from inventory.models import NETWORK, Device, DeviceMove, Link, RoomCoverage
from inventory.rules.life import Situation, State, Step, objections, unplugs
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, Site, User

UNDO_WITHIN = dt.timedelta(minutes=15)
"""The toast counts eight seconds; a slow network and a second thought get a little more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as a person asks for it. ``site`` None: where it is; ``holder`` None: nobody."""

    state: str
    room: int | None = None
    holder: int | None = None
    site: int | None = None
    why: str = ""
    happened_on: dt.date | None = None
    police_report: str = ""


@transaction.atomic
def move_device(user: User, pk: int, asked: Asked) -> DeviceMove:
    """Carry out a step. Cables and WiFi coverage go when the device leaves its place for good.

    Raises Device.DoesNotExist where unseen, DecisionRefused, FactsRefused by field.
    """
    device = lock_device(user, pk)
    before = situation_of(device)
    after = Situation(State(asked.state), asked.site or device.site_id, asked.room, asked.holder)
    target = _target(user, device, after)
    step = Step(after, asked.why, asked.happened_on, asked.police_report)
    network = device.product.category in NETWORK
    if against := objections(before, step, timezone.localdate(), network):
        raise FactsRefused(by_field(against))
    _check_places(device, target, after)
    cut = _unplug(device) if unplugs(before, after) else {}
    was = _words(device)
    if after.site != before.site:
        device.name = free_name(after.site, device.name)
    _write(device, after)
    if after.site != before.site:
        follow([device.pk])
    note_moves(
        [device.pk],
        user,
        asked.why,
        happened_on=asked.happened_on,
        police_report=asked.police_report,
    )
    move = _last(device)
    record_action(
        user,
        "move_device",
        device,
        site=target,
        before=was | cut,
        after=_words(Device.objects.select_related("site__school", "room", "holder").get(pk=pk)),
        why=asked.why,
    )
    _announce(device.pk, before.site, after.site)
    return move


@transaction.atomic
def undo_move(user: User, pk: int, move: int) -> Device:
    """Take one's own last step back: a new step to where the device was. The history keeps both.

    Raises Device.DoesNotExist, DecisionRefused, DecisionImpossible with the reason.
    """
    device = lock_device(user, pk)
    steps = list(DeviceMove.objects.filter(device=device).select_related("site")[:2])
    if not can_undo(user, steps, move):
        raise DecisionImpossible(_("Un autre mouvement a suivi : déplacez l’équipement à nouveau."))
    former = steps[1]
    before, was = situation_of(device), _words(device)
    if former.site_id != before.site:
        raise DecisionImpossible(_("Un transfert ne s’annule pas : transférez dans l’autre sens."))
    _write(
        device,
        Situation(State(former.state), former.site_id, former.room_id, former.holder_id),
    )
    note_moves([device.pk], user, _("mouvement annulé"))
    record_action(
        user,
        "undo_move_device",
        device,
        site=device.site,
        before=was,
        after=_words(Device.objects.select_related("site__school", "room", "holder").get(pk=pk)),
    )
    _announce(device.pk, before.site, before.site)
    return device


def can_undo(user: User, steps: list[DeviceMove], move: int) -> bool:
    """The last of at least two steps, one's own, at the same site, and fresh. ``steps``: latest
    first."""
    if len(steps) < 2 or steps[0].pk != move or steps[0].actor_id != user.pk:
        return False
    lost_plugs = steps[0].state in ("lost", "retired")
    fresh = timezone.now() - steps[0].at < UNDO_WITHIN
    return fresh and not lost_plugs and steps[0].site_id == steps[1].site_id


def situation_of(device: Device) -> Situation:
    """Where the device is, as the rules see it."""
    return Situation(State(device.state), device.site_id, device.room_id, device.holder_id)


def _target(user: User, device: Device, after: Situation) -> Site:
    if after.site == device.site_id:
        return device.site
    target = Site.objects.visible_to(user).select_related("school").filter(pk=after.site).first()
    if target is None:
        raise FactsRefused({"site": _("Choisissez une implantation que vous voyez.")})
    require(can_transfer(user, device, target))
    return target


def _check_places(device: Device, target: Site, after: Situation) -> None:
    errors = {}
    new_room = after.room if after.room != device.room_id else None
    if new_room and not Room.objects.filter(pk=new_room, site=target).open().exists():
        errors["room"] = _("Ce local n’est pas ouvert à cette implantation.")
    new_holder = after.holder if after.holder != device.holder_id else None
    if new_holder and not holders_at(target).filter(pk=new_holder).exists():
        errors["holder"] = _("Cette personne n’a pas de fonction dans cette école.")
    if errors:
        raise FactsRefused(errors)


def _unplug(device: Device) -> dict[str, object]:
    """Take the device off its cables and rooms; what went, for the journal."""
    links = Link.objects.filter(port_a__device=device) | Link.objects.filter(port_b__device=device)
    told = [str(link) for link in links.select_related("port_a__device", "port_b__device")[:100]]
    links.delete()
    rooms = RoomCoverage.objects.filter(access_point=device)
    covered = list(rooms.values_list("room__name", flat=True))
    rooms.delete()
    return {key: value for key, value in (("links", told), ("covered", covered)) if value}


def _write(device: Device, after: Situation) -> None:
    fields = {
        "state": after.state.value,
        "site_id": after.site,
        "room_id": after.room,
        "holder_id": after.holder,
    }
    if after.state is State.INSTALLED and device.installed_on is None:
        fields["installed_on"] = timezone.localdate()  # type: ignore[assignment]
    for name, value in fields.items():
        setattr(device, name, value)
    save_or_tell(device, [*fields, "name"])


def _last(device: Device) -> DeviceMove:
    move = DeviceMove.objects.filter(device=device).first()
    assert move is not None
    return move


def _words(device: Device) -> dict[str, object]:
    """Where it is, as the journal keeps it."""
    return {
        "state": device.state,
        "site": str(device.site),
        "room": device.room.name if device.room else "",
        "holder": str(device.holder) if device.holder else "",
    }


def _announce(device: int, *sites: int) -> None:
    for site in set(sites):
        announce("device", device, site=site)
