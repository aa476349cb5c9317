"""Who may add, change and move equipment."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from inventory.models import NETWORK, Device, Product
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


def can_keep_some(user: User) -> Answer:
    """Whoever keeps equipment somewhere; at which site is asked next."""
    if scope_of(user, TECHNICIANS | KEEPERS).is_empty:
        return Refused(_("Le matériel est tenu par les écoles et par les techniciens."))
    return Allowed()


def can_add(user: User, site: Site, product: Product | None = None) -> Answer:
    """As :func:`can_keep`, at a site that is open; network products by technicians alone."""
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée : rien ne s’y ajoute."))
    if product is not None and product.category in NETWORK:
        return _technicians_only(user, site)
    return can_keep(user, site)


def can_change(user: User, device: Device) -> Answer:
    """As :func:`can_keep`; what carries the network is changed by technicians alone."""
    if device.product.category not in NETWORK:
        return can_keep(user, device.site)
    return _technicians_only(user, device.site)


def can_transfer(user: User, device: Device, to: Site) -> Answer:
    """Both sides: who may change the device here and add it there.

    So a head with two sites moves a trolley between them, and nobody puts equipment into, or takes
    it out of, a school that is not theirs.
    """
    here = can_change(user, device)
    if isinstance(here, Refused):
        return here
    if isinstance(can_add(user, to, device.product), Refused):
        return Refused(
            _("Vous ne tenez pas le matériel de « %(site)s » : demandez le transfert au helpdesk.")
            % {"site": to}
        )
    return Allowed()


def _technicians_only(user: User, site: Site) -> Answer:
    if covers(scope_of(user, TECHNICIANS), site):
        return Allowed()
    return Refused(_("Le matériel du réseau n’est modifié que par les techniciens."))
