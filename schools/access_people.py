"""Who may help another person back in. Roles of the register come from elsewhere."""

from __future__ import annotations

from django.utils.translation import gettext as _

from schools.models import User
from schools.rules import Allowed, Answer, Refused


def can_reset_factors(actor: User, person: User) -> Answer:
    """An administrator, for somebody else; a superuser's account only by a superuser."""
    if actor.pk == person.pk:
        return Refused(_("Retirez vos propres facteurs depuis « Mon compte »."))
    return _administers(actor, person)


def can_unlock(actor: User, person: User) -> Answer:
    """An administrator, whoever it is for."""
    return _administers(actor, person)


def _administers(actor: User, person: User) -> Answer:
    if not actor.is_active or not (actor.is_superuser or actor.has_perm("schools.change_user")):
        return Refused(_("Seule l’administration peut faire cela."))
    if person.is_superuser and not actor.is_superuser:
        return Refused(_("Le compte d’un administrateur ne se change que par un administrateur."))
    return Allowed()
