"""Who may add and change equipment."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from inventory.models import NETWORK, Device
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

KEEPERS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})


def can_keep(user: User, site: Site) -> Answer:
    """A school keeps the list of its own equipment: contacts and head; technicians too."""
    if covers(scope_of(user, TECHNICIANS | KEEPERS), site):
        return Allowed()
    return Refused(
        _("Le matériel de cette implantation est tenu par son école et par les techniciens.")
    )


def can_change(user: User, device: Device) -> Answer:
    """As :func:`can_keep`; what carries the network is changed by technicians alone."""
    if device.product.category not in NETWORK:
        return can_keep(user, device.site)
    if covers(scope_of(user, TECHNICIANS), device.site):
        return Allowed()
    return Refused(_("Le matériel du réseau n’est modifié que par les techniciens."))
