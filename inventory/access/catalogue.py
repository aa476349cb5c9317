"""Who keeps the catalogue: products, kits, and the fields that categories have of their own.

It is the same for the whole Region. The officer of the SPW answers for what may be granted and
bought; the central technician meets new models every day and must not wait. A local technician or a
school that misses a model asks them: two spellings of one product would spoil every count.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from schools.models import RoleKind, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

KEEPERS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.OFFICER.value})
OFFICER = frozenset({RoleKind.OFFICER.value})


def can_keep_catalogue(user: User) -> Answer:
    """May this person write products and own fields?"""
    if scope_of(user, KEEPERS).region:
        return Allowed()
    return Refused(_("Le helpdesk régional et le SPW tiennent le catalogue. Écrivez-leur."))


def can_keep_kits(user: User) -> Answer:
    """May this person write and publish kits? They have a price, which the SPW answers for."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW compose et publie les kits."))
