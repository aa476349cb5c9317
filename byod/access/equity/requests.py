"""Who asks for a pupil, decides, makes exceptions, and reads the board."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.people.members import MEMBER_READERS
from inventory.access import covers
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEAD = frozenset({RoleKind.HEAD.value})


def can_prepare(user: User, site: Site) -> Answer:
    """Ask for pupils, note a survey, prepare decisions: head and contact of the school."""
    if covers(scope_of(user, MEMBER_READERS), site):
        return Allowed()
    return Refused(_("La direction et la personne de contact de l’école tiennent les demandes."))


def can_decide(user: User, site: Site) -> Answer:
    """Grant, refuse, make an exception: the head of the school alone."""
    if covers(scope_of(user, HEAD), site):
        return Allowed()
    return Refused(_("La direction de l’école décide. Votre préparation lui est montrée."))
