"""What people of a school may do at the helpdesk. Contact and head write; the PO reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.models import Ticket, TicketState
from schools.models import RoleKind, Site, User
from schools.models.places import SiteQuerySet
from schools.models.scope import scope_of, sites_q
from schools.rules import Allowed, Answer, Refused

SCHOOL_WRITERS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})
SCHOOL_READERS = SCHOOL_WRITERS | {RoleKind.AUTHORITY.value}


def school_sites(user: User, kinds: frozenset[str] = SCHOOL_READERS) -> SiteQuerySet:
    """Open sites that the person's school roles lead to: theirs, not all they may see."""
    return Site.objects.filter(sites_q(scope_of(user, kinds))).open()


def can_report(user: User, site: Site) -> Answer:
    """May this person report a problem of that site?"""
    if school_sites(user, SCHOOL_WRITERS).filter(pk=site.pk).exists():
        return Allowed()
    if school_sites(user).filter(pk=site.pk).exists():
        return Refused(
            _(
                "Le pouvoir organisateur suit les demandes ; la personne de contact ou la "
                "direction de l’école les fait."
            )
        )
    return Refused(_("Seules la personne de contact et la direction signalent un problème ici."))


def can_answer(user: User, ticket: Ticket) -> Answer:
    """May this person write in the ticket, answer a visual check, confirm a recovery?"""
    allowed = can_report(user, ticket.site)
    if not allowed:
        return allowed
    if ticket.state == TicketState.CLOSED:
        return Refused(_("Cette demande est close. Faites un nouveau signalement."))
    return Allowed()


def reason(answer: Answer) -> str:
    """Why not; empty when allowed."""
    return answer.why if isinstance(answer, Refused) else ""
