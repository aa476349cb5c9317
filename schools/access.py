"""Who may sign the agreements: the PO assistance, the school's head supervision (M42)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from schools.models import Authority, ConsentKind, RoleKind, School, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


class SignatureRefused(PermissionDenied):
    """An agreement that this person may not sign; the text is the reason."""


def require(answer: Answer) -> None:
    """Let an allowed action pass. Raises SignatureRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise SignatureRefused(answer.why)


def can_sign(user: User, kind: str, owner: Authority | School) -> Answer:
    """May this person give or revoke that agreement in the owner's name?"""
    if kind == ConsentKind.ASSISTANCE and isinstance(owner, Authority):
        return _speaks_for_authority(user, owner)
    if kind == ConsentKind.SUPERVISION and isinstance(owner, School):
        return _heads(user, owner)
    return Refused(_("Cet accord ne se signe pas ici."))


def _speaks_for_authority(user: User, authority: Authority) -> Answer:
    scope = scope_of(user, frozenset({RoleKind.AUTHORITY.value}))
    if authority.pk in scope.authorities:
        return Allowed()
    return Refused(_("Le pouvoir organisateur signe l’accord d’assistance centrale."))


def _heads(user: User, school: School) -> Answer:
    scope = scope_of(user, frozenset({RoleKind.HEAD.value}))
    if school.pk in scope.schools:
        return Allowed()
    return Refused(_("La direction de l’école signe l’accord de supervision."))


class ImportRefused(PermissionDenied):
    """A step of an import that cannot be taken; the text is the reason."""


def can_import(user: User) -> Answer:
    """May this person bring a source of the whole Region into the register?"""
    if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
        return Allowed()
    return Refused(
        _("Seuls les agents du SPW importent les sources. Demandez-le au programme Préau.")
    )
