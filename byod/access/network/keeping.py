"""Who writes a school's policy, keeps its RADIUS clients, reads its sessions and ends one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.network.nas import NETWORK_READERS
from byod.models.network.servers import SERVER_READERS
from inventory.access.network import can_keep_network
from inventory.access.refusals import covers
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

POLICY_WRITERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})


def can_write_policy(user: User, school: School) -> Answer:
    """Write a policy and put it in force: the head of the school, or its PO."""
    if school.closed_on is not None:
        return Refused(_("Cette école est fermée."))
    scope = scope_of(user, POLICY_WRITERS)
    if school.pk in scope.schools or school.authority_id in scope.authorities:
        return Allowed()
    return Refused(
        _("La direction de l’école ou son pouvoir organisateur écrit sa politique d’accès.")
    )


def can_keep_clients(user: User, site: Site) -> Answer:
    """Add RADIUS clients, change their secrets, say which VLAN a segment is: technicians."""
    return can_keep_network(user, site)


def can_read_sessions(user: User, site: Site) -> Answer:
    """One by one, without names: the technicians of the site and its head."""
    if covers(scope_of(user, NETWORK_READERS), site):
        return Allowed()
    return Refused(_("Les connexions se lisent une à une au service technique et à la direction."))


def can_end_session(user: User, site: Site) -> Answer:
    """Disconnect a device: who reads sessions."""
    return can_read_sessions(user, site)


def can_read_servers(user: User) -> Answer:
    """The Region's RADIUS servers, their certificates and partners."""
    if scope_of(user, SERVER_READERS).region:
        return Allowed()
    return Refused(_("Les serveurs RADIUS se voient au service technique régional et au SPW."))


def can_keep_partners(user: User) -> Answer:
    """Name a partner network and its secret: the central technicians."""
    if scope_of(user, frozenset({RoleKind.CENTRAL_TECHNICIAN.value})).region:
        return Allowed()
    return Refused(_("Les réseaux partenaires sont tenus par le service technique régional."))
