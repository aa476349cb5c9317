"""Who exports and erases what is kept of a person, reads who read names, and follows the purges."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.people.members import Member
from inventory.access.refusals import covers
from schools.models import RoleKind, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEADS = frozenset({RoleKind.HEAD.value})
READERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
OFFICERS = frozenset({RoleKind.OFFICER.value})


def can_answer_for(user: User, member: Member) -> Answer:
    """Export and erase: the head answers for the school's data (GDPR, articles 15 and 17)."""
    if covers(scope_of(user, HEADS), member.site):
        return Allowed()
    return Refused(
        _(
            "La direction de l’école répond des données de ses élèves\u00a0: "
            "adressez-lui la demande."
        )
    )


def can_follow_readings(user: User) -> Answer:
    """Who read which names: the head and the PO, for their schools."""
    scope = scope_of(user, READERS)
    if scope.schools or scope.sites or scope.authorities:
        return Allowed()
    return Refused(
        _("La direction et le pouvoir organisateur voient qui a lu les noms de leurs élèves.")
    )


def can_follow_retention(user: User) -> Answer:
    """What was purged, night by night: officers, who see counts of the whole Region."""
    if scope_of(user, OFFICERS).region:
        return Allowed()
    return Refused(_("Un agent du SPW suit l’effacement des données."))
