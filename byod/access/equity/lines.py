"""Who keeps lines, lends them, orders the operator, and keeps operators and plans."""

from __future__ import annotations

from django.utils.translation import gettext as _

from byod.access.equity.requests import HEAD, can_prepare
from byod.models.equity.lines import Line
from byod.models.loans.pools import LoanPool
from byod.models.people.members import MEMBER_READERS
from inventory.access import covers
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q
from schools.rules import Allowed, Answer, Refused

OFFICER = frozenset({RoleKind.OFFICER.value})
AUTHORITY = frozenset({RoleKind.AUTHORITY.value})


def can_keep_lines(user: User, pool: LoanPool) -> Answer:
    """Add, import, suspend and end lines of a pool: whoever the pool belongs to."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    if pool.school_id is not None:
        sites = Site.objects.filter(sites_q(scope_of(user, MEMBER_READERS)))
        if sites.filter(school=pool.school_id).exists():
            return Allowed()
        return Refused(_("Les connexions d’une école sont tenues par sa direction et son contact."))
    if pool.authority_id is not None and pool.authority_id in scope_of(user, AUTHORITY).authorities:
        return Allowed()
    return Refused(
        _("Cette réserve est partagée\u00a0: son pouvoir organisateur ou le SPW la tient.")
    )


def can_lend_line(user: User, site: Site) -> Answer:
    """Hand out to pupils of a site and take back: head and contact."""
    return can_prepare(user, site)


def can_lift_limit(user: User, site: Site) -> Answer:
    """A second line in one household: the head."""
    if covers(scope_of(user, HEAD), site):
        return Allowed()
    return Refused(_("La direction décide d’une deuxième connexion dans un même ménage."))


def can_order(user: User, line: Line) -> Answer:
    """Have a line suspended or resumed: who keeps it, and the school that has lent it."""
    answer = can_keep_lines(user, line.pool)
    if answer:
        return answer
    out = line.loans.out().select_related("site__school").first()
    return can_lend_line(user, out.site) if out else answer


def can_keep_operators(user: User) -> Answer:
    """Operators, plans, reports of use: an officer of the Region."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW tient les opérateurs, leurs formules et leurs relevés."))
