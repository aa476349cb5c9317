"""Who lends, takes back, and keeps the pools."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.models.loans.pools import LoanPool
from byod.models.loans.terms import TERMS_WRITERS
from byod.models.people.members import MEMBER_READERS
from inventory.access.refusals import covers
from schools.models import RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

SHARERS = frozenset(
    {
        RoleKind.AUTHORITY.value,
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
        RoleKind.OFFICER.value,
    }
)
"""Roles that keep pools shared by several schools, where their scope reaches."""
OPENERS = frozenset({RoleKind.AUTHORITY.value, RoleKind.OFFICER.value})
"""Of these, those that open one: whoever owns the devices, not whoever mends them."""


def can_lend(user: User, site: Site) -> Answer:
    """Hand out and take back: contact people and head of the school, who know its pupils."""
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée\u00a0: on n’y prête plus."))
    if covers(scope_of(user, MEMBER_READERS), site):
        return Allowed()
    return Refused(
        _("Le prêt est tenu par l’école\u00a0: sa direction et ses personnes de contact.")
    )


def can_lend_somewhere(user: User) -> Answer:
    """Whoever runs a school; at which site is asked next."""
    if scope_of(user, MEMBER_READERS).is_empty:
        return Refused(_("Le guichet de prêt est tenu par les écoles."))
    return Allowed()


def can_keep_pool(user: User, pool: LoanPool) -> Answer:
    """A school's pool: its own people. A shared one: its PO, or those of the province."""
    if pool.school is not None:
        return can_keep_pool_of(user, pool.school)
    scope = scope_of(user, SHARERS)
    here = pool.authority_id in scope.authorities if pool.authority_id else False
    if scope.region or here or (pool.province and pool.province in scope.provinces):
        return Allowed()
    return Refused(_("Cette réserve est partagée\u00a0: elle est tenue par ceux qui la partagent."))


def can_open_shared(user: User, pool: LoanPool) -> Answer:
    """Open a pool for a PO: its own people; for a province: the SPW."""
    scope = scope_of(user, OPENERS)
    here = pool.authority_id in scope.authorities if pool.authority_id else False
    if scope.region or here or (pool.province and pool.province in scope.provinces):
        return Allowed()
    return Refused(_("Une réserve est ouverte par l’école, son PO ou le SPW."))


def can_keep_pool_of(user: User, school: School) -> Answer:
    """Open or keep a pool of a school."""
    scope = scope_of(user, MEMBER_READERS)
    if school.pk in scope.schools or school.sites.filter(pk__in=scope.sites).exists():
        return Allowed()
    return Refused(_("La réserve d’une école est tenue par sa direction et ses contacts."))


def can_write_terms(user: User, school: School) -> Answer:
    """The head decides what families sign."""
    if school.pk in scope_of(user, frozenset({RoleKind.HEAD.value})).schools:
        return Allowed()
    return Refused(_("Les conditions de prêt sont écrites par la direction de l’école."))


def can_write_region_terms(user: User) -> Answer:
    """The Region's terms, which hold wherever a school has none of its own."""
    if scope_of(user, TERMS_WRITERS).region:
        return Allowed()
    return Refused(_("Les conditions de la Région sont écrites par le SPW."))
