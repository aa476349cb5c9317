"""Who keeps the plan of rooms: the school itself, which walks past them every day."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

KEEPERS = frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})


class RoomRefused(PermissionDenied):
    """A change of the plan that this person may not make, or that cannot be; the text says why."""


def can_keep_rooms(user: User, site: Site) -> Answer:
    """May this person add, change, close and reopen rooms of the site?"""
    scope = scope_of(user, KEEPERS)
    if site.school_id not in scope.schools and site.pk not in scope.sites:
        return Refused(_("La direction et la personne de contact de l’école tiennent ses locaux."))
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée : ses locaux ne changent plus."))
    return Allowed()


def require(answer: Answer) -> None:
    """Let an allowed action pass. Raises RoomRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise RoomRefused(answer.why)
