"""Who reads the board exactly, who sets targets, who splits shared pools."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.loans.pools import LoanPool
from schools.models import RoleKind, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

OFFICER = frozenset({RoleKind.OFFICER.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})
BOARD_READERS = frozenset(
    {
        RoleKind.OFFICER.value,
        RoleKind.AUTHORITY.value,
        RoleKind.HEAD.value,
        RoleKind.CONTACT.value,
    }
)
"""Technicians mend equipment: who needs a loan is none of their work."""


def can_read_board(user: User) -> Answer:
    """The figures of one's schools: exact at one's own school, of five and more elsewhere."""
    if not scope_of(user, BOARD_READERS).is_empty:
        return Allowed()
    return Refused(_("L’équité des prêts est suivie par les écoles, leurs PO et le SPW."))


def can_set_target(user: User) -> Answer:
    """Another share of pupils to equip for a school: an officer of the Region."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW fixe la cible d’une école. Écrivez-lui pourquoi."))


def can_split(user: User, pool: LoanPool) -> Answer:
    """Split a shared pool among its schools: its PO; a province's, an officer."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    if pool.authority_id is not None and pool.authority_id in scope_of(user, AUTHORITY).authorities:
        return Allowed()
    return Refused(_("Le pouvoir organisateur, ou le SPW, répartit une réserve partagée."))
