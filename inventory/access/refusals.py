"""How a refusal is told, and whether a scope opens a site."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from schools.models import RoleKind, Site
from schools.rules import Answer, Refused, Scope

TECHNICIANS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.LOCAL_TECHNICIAN.value})


class DecisionRefused(PermissionDenied):
    """A decision that this person may not take; the text is the reason."""


class DecisionImpossible(Exception):
    """A decision that cannot be carried out as things stand; the text says why and what to do."""


def require(answer: Answer) -> None:
    """Let an allowed decision pass. Raises DecisionRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise DecisionRefused(answer.why)


def covers(scope: Scope, site: Site) -> bool:
    """Whether a scope opens this site."""
    return bool(
        scope.region
        or site.province in scope.provinces
        or site.school.authority_id in scope.authorities
        or site.school_id in scope.schools
        or site.pk in scope.sites
    )
