"""Who may settle a difference."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from inventory.models import Difference
from schools.models import Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


def can_decide(user: User, site: Site) -> Answer:
    """The register is corrected by the technicians who work at the site: central or decentralised
    makes no difference, since nothing is written to any device."""
    if covers(scope_of(user, TECHNICIANS), site):
        return Allowed()
    return Refused(_("Seuls les techniciens de cette implantation décident des écarts."))


def can_decide_on(user: User, difference: Difference) -> Answer:
    """As :func:`can_decide`, for one difference."""
    return can_decide(user, difference.site)
