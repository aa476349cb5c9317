"""Who deposits a resource, who judges it, who sees what is owed. Each answer says why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import covers
from inventory.grants.models.calls.applications import CoAuthor
from inventory.grants.models.returns.obligations import OFFICERS, READERS, Depositor, Obligation
from inventory.grants.models.returns.resources import (
    WRITABLE,
    CentreValidator,
    Resource,
    ResourceState,
)
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

AT_SCHOOL = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})


def is_officer(user: User) -> bool:
    return scope_of(user, OFFICERS).region


def works_at(user: User, site: Site) -> bool:
    """Head or contact person of the site."""
    return covers(scope_of(user, AT_SCHOOL), site)


def can_deposit(user: User, obligation: Obligation) -> Answer:
    """Contact and head of the site, whoever wrote the project, whoever was invited."""
    if obligation.lifted_on is not None:
        return Refused(_("Ce projet ne doit plus de ressources\u00a0: %s") % obligation.lifted_why)
    if works_at(user, obligation.site):
        return Allowed()
    application = obligation.award.application_id
    if CoAuthor.objects.filter(application=application, user=user, removed_at=None).exists():
        return Allowed()
    if Depositor.objects.filter(obligation=obligation, person=user).exists():
        return Allowed()
    return Refused(
        _("Les enseignants du projet déposent ses ressources. Demandez à l’école de vous inviter.")
    )


def can_write(user: User, resource: Resource) -> Answer:
    """The depositor and those in charge at the school, while it is a draft or to be corrected."""
    if resource.depositor_id != user.pk and not works_at(user, resource.site):
        return Refused(_("Seul l’enseignant qui dépose cette ressource, ou l’école, la modifie."))
    if resource.state not in WRITABLE:
        return Refused(
            _(
                "Cette ressource est %s\u00a0: elle ne se modifie plus. Déposez-en une nouvelle "
                "version."
            )
            % resource.get_state_display()
        )
    return Allowed()


def can_renew(user: User, resource: Resource) -> Answer:
    """Begin a new version of what was accepted."""
    if resource.depositor_id != user.pk and not works_at(user, resource.site):
        return Refused(_("Seul l’enseignant qui dépose cette ressource, ou l’école, la modifie."))
    if resource.state not in {ResourceState.ACCEPTED, ResourceState.PUBLISHED}:
        return Refused(_("Une nouvelle version suit une version acceptée."))
    return Allowed()


def can_judge(user: User, resource: Resource) -> Answer:
    """An officer, or an adviser who validates for the centre; never one's own resource."""
    if resource.depositor_id == user.pk:
        return Refused(_("Vous avez déposé cette ressource\u00a0: une autre personne la valide."))
    centre = resource.newest.centre_id if resource.newest else None
    mine = CentreValidator.objects.filter(person=user, centre=centre, ended_at=None)
    if is_officer(user) or (centre is not None and mine.exists()):
        return Allowed()
    return Refused(_("Le SPW et les conseillers du centre de ressources valident les ressources."))


def can_withdraw(user: User, resource: Resource) -> Answer:
    """Whoever deposited it, whoever judges it."""
    if resource.depositor_id == user.pk or works_at(user, resource.site):
        return Allowed()
    return can_judge(user, resource)


def can_extend(user: User) -> Answer:
    if is_officer(user):
        return Allowed()
    return Refused(_("Le SPW accorde les prolongations. Demandez-en une, avec votre motif."))


def can_keep_centres(user: User) -> Answer:
    if is_officer(user):
        return Allowed()
    return Refused(_("Le SPW tient la liste des centres de ressources."))


def can_report(user: User, obligation: Obligation) -> Answer:
    """Write the follow-up report."""
    return can_deposit(user, obligation)


def can_read_reports(user: User) -> Answer:
    if is_officer(user):
        return Allowed()
    return Refused(_("Le SPW lit les rapports de suivi qui lui sont envoyés."))


def can_see_board(user: User) -> Answer:
    if is_officer(user):
        return Allowed()
    return Refused(_("Le tableau de bord des appels est celui du SPW."))


def owes_at_school(user: User) -> bool:
    """Whether the person reads what some school owes."""
    return not scope_of(user, READERS).is_empty
