"""Who may settle a difference. Each answer is Allowed, or Refused with the reason."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from inventory.models import Difference
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused, Scope

TECHNICIANS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.LOCAL_TECHNICIAN.value})


class DecisionRefused(PermissionDenied):
    """A decision that this person may not take; the text is the reason."""


class DecisionImpossible(Exception):
    """A decision that cannot be carried out as things stand; the text says why and what to do."""


def require(answer: Answer) -> None:
    """Let an allowed decision pass. Raises DecisionRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise DecisionRefused(answer.why)


def can_decide(user: User, site: Site) -> Answer:
    """The register is corrected by the technicians who work at the site: central or decentralised
    makes no difference, since nothing is written to any device."""
    if covers(scope_of(user, TECHNICIANS), site):
        return Allowed()
    return Refused(_("Seuls les techniciens de cette implantation décident des écarts."))


def can_decide_on(user: User, difference: Difference) -> Answer:
    """As :func:`can_decide`, for one difference."""
    return can_decide(user, difference.site)


def covers(scope: Scope, site: Site) -> bool:
    """Whether a scope opens this site."""
    return bool(
        scope.region
        or site.province in scope.provinces
        or site.school.authority_id in scope.authorities
        or site.school_id in scope.schools
        or site.pk in scope.sites
    )
