"""Who notes deliveries: whoever keeps every device of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from inventory.access.devices import KEEPERS, can_keep
from inventory.access.refusals import TECHNICIANS, require
from inventory.models import Delivery, Device
from schools.models import User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


def can_note_deliveries(user: User) -> Answer:
    """Whether there is any equipment that the person keeps."""
    if scope_of(user, TECHNICIANS | KEEPERS).is_empty:
        return Refused(_("La personne de contact, la direction et les techniciens le font."))
    return Allowed()


def require_keeper_of(user: User, devices: Iterable[Device]) -> None:
    """Raises DecisionRefused where the person keeps nothing, or not one of these."""
    require(can_note_deliveries(user))
    for site in {device.site_id: device.site for device in devices}.values():
        require(can_keep(user, site))


def can_name_delivery(user: User, made: Delivery) -> Answer:
    """Whoever noted it; else who keeps equipment at a site it went to."""
    if made.made_by_id == user.pk:
        return can_note_deliveries(user)
    rows = Device.objects.visible_to(user).filter(arrival__delivery=made)
    for device in rows.select_related("site__school").order_by("site_id").distinct("site_id")[:50]:
        if answer := can_keep(user, device.site):
            return answer
    return Refused(_("La personne de contact, la direction et les techniciens le font."))


def require_renamer_of(user: User, made: Delivery) -> None:
    """Raises DecisionRefused with the reason."""
    require(can_name_delivery(user, made))
