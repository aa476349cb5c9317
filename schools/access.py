"""Who may decide for a school: sign its agreements, choose who manages its network, write its plan,
set its hours; who publishes calendars; who gives roles, invites, closes and erases accounts.

The PO signs assistance, the head supervision (M42); both may choose the management (M39); a plan is
the head's to write and an officer's to judge, one without ties to the school.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from schools.imports.foreign import foreign_sources
from schools.models import (
    Authority,
    ConsentKind,
    Invitation,
    PlanState,
    Post,
    Role,
    RoleKind,
    School,
    Site,
    TransitionPlan,
    User,
)
from schools.models.invitations import InvitationQuerySet
from schools.models.people import RoleQuerySet, UserQuerySet
from schools.models.scope import scope_of
from schools.rules import GIVES, LEVELS, Allowed, Answer, Refused, may_grant

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


def can_import(user: User, kind: str = "register") -> Answer:
    """May this person bring in such a file? The register's sources speak of the whole Region."""
    if kind in foreign_sources():
        return foreign_sources()[kind].can_import(user)
    if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
        return Allowed()
    return Refused(
        _("Seuls les agents du SPW importent les sources. Demandez-le au programme Préau.")
    )


def can_see_imports(user: User) -> Answer:
    """May this person bring in a file of any kind? The first refusal is told otherwise."""
    answers = [can_import(user), *(can_import(user, kind) for kind in foreign_sources())]
    return next((one for one in answers if isinstance(one, Allowed)), answers[0])


class PeopleRefused(PermissionDenied):
    """Something about people that this person may not do; the text is the reason."""


def require_people(answer: Answer) -> None:
    """Let an allowed action pass. Raises PeopleRefused with the reason otherwise."""
    if isinstance(answer, Refused):
        raise PeopleRefused(answer.why)


def people_for(user: User) -> UserQuerySet:
    """Whom a page of people may show: the person's scope; to an administrator, every account."""
    return User.objects.get_queryset() if user.is_superuser else User.objects.visible_to(user)


def roles_for(user: User) -> RoleQuerySet:
    """The roles that a page of people may show; an administrator manages those of every account."""
    return Role.objects.all() if user.is_superuser else Role.objects.visible_to(user)


def invitations_for(user: User) -> InvitationQuerySet:
    """The invitations that a page of people may show, likewise."""
    if user.is_superuser:
        return Invitation.objects.all()
    return Invitation.objects.visible_to(user)


def can_list_people(user: User) -> Answer:
    """The list is for those who manage people; a contact person finds hers on “Mon école”."""
    if user.is_superuser or user.role_kinds & RoleKind.that_manage():
        return Allowed()
    return Refused(
        _(
            "La liste des personnes s’ouvre à la direction, au pouvoir organisateur, "
            "au helpdesk et au SPW."
        )
    )


def kinds_given_by(user: User) -> frozenset[str]:
    """The kinds of role that this person gives somewhere (ADR 026)."""
    if user.is_superuser:
        return frozenset(LEVELS)
    given = [GIVES.get(kind, frozenset()) for kind in user.role_kinds]
    return frozenset().union(*given)


def can_grant(user: User, post: Post, person: User | None = None) -> Answer:
    """May ``user`` give this role? ``person`` None: to somebody whom an invitation will name."""
    if person is not None and person.pk == user.pk:
        return Refused(_("Personne ne se donne un rôle à soi-même. Demandez-le à quelqu’un."))
    if person is not None and (not person.is_active or person.erased_at):
        return Refused(_("Ce compte est fermé. Rouvrez-le avant de lui donner un rôle."))
    if post.is_closed:
        return Refused(
            _("« %(place)s » est fermé : aucun rôle ne s’y donne.") % {"place": post.where}
        )
    if post.kind not in kinds_given_by(user):
        return Refused(_who_grants(post.kind))
    if may_grant(user.live_grants, user.is_superuser, post.kind, post.as_place()):
        return Allowed()
    return Refused(
        _("« %(place)s » dépasse votre périmètre : vous ne donnez un rôle que chez vous.")
        % {"place": post.where}
    )


def _who_grants(kind: str) -> str:
    """Whom to ask for a role that one does not give."""
    if kind == RoleKind.CONTACT:
        return _(
            "La direction, le pouvoir organisateur ou le helpdesk nomme la personne de contact."
        )
    if kind in (RoleKind.HEAD, RoleKind.AUTHORITY):
        return _("Le pouvoir organisateur ou le SPW donne ce rôle. Adressez-vous à lui.")
    return _("Le SPW donne ce rôle. Adressez-vous à lui.")


def can_end(user: User, role: Role) -> Answer:
    """Whoever may give a role ends it; anybody gives up an own one."""
    if role.user_id == user.pk:
        return Allowed()
    return can_grant(user, role.post)


def can_change_dates(user: User, role: Role) -> Answer:
    """As giving it: an own role is not made longer by oneself."""
    return can_grant(user, role.post, role.user)


def reads_address(user: User, person: User) -> bool:
    """May ``user`` read the e-mail address? ``person`` comes from ``with_reach(user)``.

    Technicians, officers, head and PO of the place, and oneself. Who sees somebody as a contact
    person of the same school reads the telephone alone.
    """
    reached = bool(getattr(person, "reached", False))
    return person.pk == user.pk or user.is_superuser or reached


def can_correct_phone(user: User, person: User) -> Answer:
    """One's own, or that of somebody whose roles one gives somewhere."""
    if person.pk == user.pk:
        return Allowed()
    if person.erased_at is None and any(can_grant(user, role.post) for role in _held(person)):
        return Allowed()
    return Refused(_("Cette personne corrige elle-même son numéro, dans « Mon compte »."))


def _held(person: User) -> list[Role]:
    roles = person.roles.all() if person.pk else Role.objects.none()
    return list(roles.select_related("authority", "school", "site__school"))


def can_close_account(user: User, person: User) -> Answer:
    """Oneself, an officer, an administrator. An administrator's account is an administrator's."""
    if person.erased_at:
        return Refused(_("Ce compte a déjà été effacé."))
    if person.is_superuser and not user.is_superuser:
        return Refused(_("Seule l’administration ferme un compte d’administration."))
    if person.pk == user.pk or user.is_superuser or RoleKind.OFFICER in user.role_kinds:
        return Allowed()
    return Refused(
        _("Vous pouvez mettre fin aux rôles de cette personne ; le SPW ferme les comptes.")
    )


def can_reopen_account(user: User, person: User) -> Answer:
    """As closing it, but nobody reopens an own account: it cannot sign in."""
    if person.pk == user.pk:
        return Refused(_("Votre compte est ouvert."))
    return can_close_account(user, person)


def can_erase(user: User, person: User) -> Answer:
    """Administrators, at the person's request; never oneself (ADR 027)."""
    if not user.is_superuser:
        return Refused(_("L’administration efface une personne, à sa demande."))
    if person.pk == user.pk:
        return Refused(_("Personne n’efface son propre compte : demandez-le à un collègue."))
    if person.erased_at:
        return Refused(_("Cette personne est déjà effacée."))
    return Allowed()
