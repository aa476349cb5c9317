"""Who writes down the network of a site."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from schools.models import Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


def can_keep_network(user: User, site: Site) -> Answer:
    """The technicians who work at the site. Central or decentralised makes no difference: the
    register is written, no device is."""
    if not covers(scope_of(user, TECHNICIANS), site):
        return Refused(_("Le réseau de cette implantation est tenu par ses techniciens."))
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée\u00a0: son réseau ne change plus."))
    return Allowed()
