"""Who registers, authorises and reads the people of a school, and who reads their names."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.people.members import MEMBER_READERS
from inventory.access.refusals import covers
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEADS = frozenset({RoleKind.HEAD.value})


def can_run(user: User, site: Site) -> Answer:
    """Register, authorise, invite, hand out codes, declare lost: the school's own people."""
    if covers(scope_of(user, MEMBER_READERS), site):
        return Allowed()
    return Refused(
        _("La direction et les personnes de contact de l’école tiennent la liste de ses élèves.")
    )


def can_read_names(user: User, site: Site) -> Answer:
    """Who sees names: the head and the contact people of the site. Everybody else counts."""
    if covers(scope_of(user, MEMBER_READERS), site):
        return Allowed()
    return Refused(
        _("Seules la direction et les personnes de contact de l’école lisent les noms des élèves.")
    )


def can_write_charter(user: User, school: School) -> Answer:
    """Write and publish the school's charter: its head."""
    scope = scope_of(user, HEADS)
    if school.pk in scope.schools or school.sites.filter(pk__in=scope.sites).exists():
        return Allowed()
    return Refused(_("La direction de l’école écrit et publie sa charte."))


def can_write_floor(user: User) -> Answer:
    """Write the regional floor of every charter: an officer of the Region."""
    if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
        return Allowed()
    return Refused(_("Un agent du SPW écrit le socle régional des chartes."))
