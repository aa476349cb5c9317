"""Who may decide for a school: sign its agreements, choose who manages its network, write its plan,
set its hours; and who publishes calendars.

The PO signs assistance, the head supervision (M42); both may choose the management (M39); a plan is
the head's to write and an officer's to judge, one without ties to the school.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from schools.models import (
    Authority,
    ConsentKind,
    PlanState,
    Role,
    RoleKind,
    School,
    Site,
    TransitionPlan,
    User,
)
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

HEAD = frozenset({RoleKind.HEAD.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})
OFFICER = frozenset({RoleKind.OFFICER.value})
OF_A_SCHOOL = (RoleKind.CONTACT, RoleKind.HEAD, RoleKind.AUTHORITY)


class SignatureRefused(PermissionDenied):
    """A decision that is not this person's to take; the text is the reason."""


class DecisionRefused(ValueError):
    """A decision that cannot be taken now, whoever asks; the text says why and what to do."""


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
    scope = scope_of(user, AUTHORITY)
    if authority.pk in scope.authorities:
        return Allowed()
    return Refused(_("Le pouvoir organisateur signe l’accord d’assistance centrale."))


def _heads(user: User, school: School) -> Answer:
    scope = scope_of(user, HEAD)
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


def can_choose_management(user: User, site: Site) -> Answer:
    """The head, or the PO, says who manages the network. Nobody else, technicians included."""
    head, authority = scope_of(user, HEAD), scope_of(user, AUTHORITY)
    if site.school_id in head.schools or site.pk in head.sites:
        return Allowed()
    if site.school.authority_id in authority.authorities:
        return Allowed()
    return Refused(
        _("La direction de l’école ou son pouvoir organisateur choisit qui gère le réseau.")
    )


def can_write_plan(user: User, school: School) -> Answer:
    """The head writes, submits and takes back the plan of the school."""
    if school.closed_on is not None:
        return Refused(_("Cette école est fermée."))
    if school.pk in scope_of(user, HEAD).schools:
        return Allowed()
    return Refused(_("La direction de l’école rédige et soumet le plan."))


def can_review_plan(user: User, plan: TransitionPlan) -> Answer:
    """An officer of the SPW decides on a submitted version, never for a school of their own."""
    if not scope_of(user, OFFICER).region:
        return Refused(_("Un agent du SPW examine les plans."))
    if plan.state != PlanState.SUBMITTED:
        return Refused(_("Cette version n’est pas à l’examen."))
    if is_tied(user, plan.school):
        return Refused(
            _(
                "Vous avez ou avez eu une fonction dans cette école ou son pouvoir organisateur : "
                "un autre agent examine ce plan."
            )
        )
    return Allowed()


def can_remark(user: User, plan: TransitionPlan) -> Answer:
    """The head, the PO and officers speak beside a version that they see."""
    own = School.objects.within(scope_of(user, HEAD | AUTHORITY)).filter(pk=plan.school_id)
    if scope_of(user, OFFICER).region or own.exists():
        return Allowed()
    return Refused(_("La direction, le pouvoir organisateur et le SPW commentent les plans."))


def is_tied(user: User, school: School) -> bool:
    """Whether the person has, or ever had, a role at the school, one of its sites or its PO."""
    places = Q(school=school) | Q(site__school=school) | Q(authority=school.authority_id)
    return Role.objects.filter(places, user=user, kind__in=OF_A_SCHOOL).exists()


class ImportRefused(PermissionDenied):
    """A step of an import that cannot be taken; the text is the reason."""


def can_import(user: User) -> Answer:
    """May this person bring a source of the whole Region into the register?"""
    if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
        return Allowed()
    return Refused(
        _("Seuls les agents du SPW importent les sources. Demandez-le au programme Préau.")
    )
