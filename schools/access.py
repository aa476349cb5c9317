"""Who may sign the agreements: the PO assistance, the school's head supervision (M42); who may
publish calendars and set opening hours."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from schools.models import Authority, ConsentKind, RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


class SignatureRefused(PermissionDenied):
    """An agreement that this person may not sign; the text is the reason."""


class CalendarRefused(PermissionDenied):
    """A school calendar that this person may not publish, or not now; the text is the reason."""


class OpeningRefused(PermissionDenied):
    """Opening hours that this person may not change, or not now; the text is the reason."""


def require(answer: Answer, refusal: type[PermissionDenied] = SignatureRefused) -> None:
    """Let an allowed action pass. Raises ``refusal`` with the reason otherwise."""
    if isinstance(answer, Refused):
        raise refusal(answer.why)


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


def can_publish_calendars(user: User) -> Answer:
    """May this person import or correct a school calendar? They count for the whole Region."""
    if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
        return Allowed()
    return Refused(_("Un agent du SPW publie et corrige les calendriers scolaires."))


def can_set_opening(user: User, site: Site) -> Answer:
    """May this person change the opening hours of that site?"""
    scope = scope_of(user, frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value}))
    if site.school_id in scope.schools or site.pk in scope.sites:
        return Allowed()
    return Refused(
        _("La direction ou la personne de contact de l’école encode les heures d’ouverture.")
    )
