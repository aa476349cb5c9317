"""A person enters a piece of equipment into the register, with the ports of its product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import can_add, require
from inventory.actions.device_writing import (
    FIELDS,
    FactsRefused,
    free_name,
    holders_at,
    read_own,
    save_or_tell,
    told_value,
)
from inventory.actions.note_moves import note_moves
from inventory.models import NETWORK, Device, DeviceState, Port, Product
from inventory.rules.life import Objection, Situation, State, Step, objections
from inventory.rules.ports_template import expand
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Room, Site, User

FIRST = (DeviceState.INSTALLED, DeviceState.IN_STOCK, DeviceState.ORDERED)
"""In which situations a device may enter the register."""


@transaction.atomic
def add_device(
    user: User,
    site: int,
    facts: Mapping[str, Any],
    *,
    state: str = DeviceState.INSTALLED,
    room: Room | None = None,
    holder: User | None = None,
    why: str = "",
    code: str = "",
) -> Device:
    """Add a device of ``facts['product']``; without a name it gets one of its category.

    ``code``: of its label, drawn when the form was shown: sent twice, the form adds one device.

    Raises Site.DoesNotExist where unseen, DecisionRefused, FactsRefused with a reason by field.
    """
    here = Site.objects.visible_to(user).select_related("school").get(pk=site)
    product: Product = facts["product"]
    require(can_add(user, here, product))
    place = Situation(
        State(state), here.pk, room.pk if room else None, holder.pk if holder else None
    )
    if code and (known := _added(here, code)):
        return known
    _check(here, product, place, why)
    values = {name: facts[name] for name in FIELDS if name in facts and name != "custom"}
    if not values.get("name"):
        Site.objects.select_for_update().get(pk=here.pk)  # two clerks, one next number
        values["name"] = _name(here, product)
    if code:
        values["code"] = code
    device = Device(site=here, state=state, room=room, holder=holder, **values)
    device.custom = read_own(product, facts.get("custom") or {}, {})
    try:
        save_or_tell(device)
    except FactsRefused:
        if code and (known := _added(here, code)):  # the same form, a moment earlier
            return known
        raise
    add_template_ports([device])
    note_moves([device.pk], user, why)
    values.pop("code", None)
    after = {name: told_value(value) for name, value in values.items() if value not in (None, "")}
    if room is not None:
        after["room"] = room.name
    record_action(user, "add_device", device, site=here, after={**after, "state": state}, why=why)
    announce("device", device.pk, site=here.pk)
    return device


def _added(site: Site, code: str) -> Device | None:
    return Device.objects.filter(site=site, code=code).select_related("product").first()


def _check(site: Site, product: Product, situation: Situation, why: str) -> None:
    """The first situation answers to the rules of any other."""
    if situation.state.value not in FIRST:
        raise FactsRefused({"state": _("Un équipement entre installé, en stock ou commandé.")})
    if situation.room and not site.rooms.filter(pk=situation.room).exists():
        raise FactsRefused({"room": _("Ce local n’est pas de cette implantation.")})
    if situation.holder and not holders_at(site).filter(pk=situation.holder).exists():
        raise FactsRefused({"holder": _("Cette personne n’a pas de fonction dans cette école.")})
    ordered = Situation(State.ORDERED, site.pk)
    if situation == ordered:
        return
    step = Step(situation, why)
    network = product.category in NETWORK
    against = objections(ordered, step, timezone.localdate(), network)
    # a school enters what it has, wherever it stands today: a room that is not known is no error
    against = [one for one in against if one.field != "room" or network]
    if against:
        raise FactsRefused(by_field(against))


def by_field(against: list[Objection]) -> dict[str, str]:
    """Objections as errors of a form."""
    return {one.field: one.why for one in against}


def _name(site: Site, product: Product) -> str:
    """``Portable 13``: the category and the first number that is free."""
    word = str(product.get_category_display())
    base = word[:1].upper() + word[1:]
    return free_name(site.pk, f"{base} {next_number(site, base)}")


def next_number(site: Site, base: str) -> int:
    """The first number free after the last ``Portable 12`` of the site."""
    names = Device.objects.filter(site=site, name__startswith=f"{base} ")
    tails = [name.rpartition(" ")[2] for name in names.values_list("name", flat=True)]
    return max((int(tail) for tail in tails if tail.isdecimal() and len(tail) < 6), default=0) + 1


def add_template_ports(devices: list[Device]) -> int:
    """Give new devices the ports of their products; one statement. Known names stay as they are."""
    ports = [
        Port(
            device=device,
            name=plan.name,
            number=plan.number,
            kind=plan.kind,
            speed_mbps=plan.speed_mbps,
            poe=plan.poe,
        )
        for device in devices
        if device.product.ports_template
        for plan in expand(device.product.ports_template)
    ]
    Port.objects.bulk_create(ports, ignore_conflicts=True, batch_size=2000)
    return len(ports)
