"""Who decides about connections: the SPW keeps contracts, offers, register and exceptions; the
school takes an offer; the SPW and the central helpdesk follow the order."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused

OFFICER = frozenset({RoleKind.OFFICER.value})
DECIDERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
MOVERS = OFFICER | frozenset({RoleKind.CENTRAL_TECHNICIAN.value})
MEASURERS = TECHNICIANS | OFFICER | frozenset({RoleKind.HEAD.value, RoleKind.CONTACT.value})


def can_keep_contracts(user: User) -> Answer:
    """Contracts, renegotiations, offers, operators, and the infrastructure register."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW tient les contrats cadres, les offres et le cadastre."))


def can_except(user: User) -> Answer:
    """Excuse a site of more than 400 pupils from fibre, or take that back."""
    if scope_of(user, OFFICER).region:
        return Allowed()
    return Refused(_("Un agent du SPW décide des exceptions à la fibre."))


def can_opt_in(user: User, site: Site) -> Answer:
    """Take an offer, or note terms of one's own: the head or the PO, for their own sites."""
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée\u00a0: elle ne souscrit plus."))
    if covers(scope_of(user, DECIDERS), site):
        return Allowed()
    return Refused(
        _("La direction de l’école ou son pouvoir organisateur souscrit à une connexion.")
    )


def can_move_line(user: User, site: Site) -> Answer:
    """Confirm an order, an activation, an end."""
    if covers(scope_of(user, MOVERS), site):
        return Allowed()
    return Refused(
        _("Le SPW et le helpdesk régional confirment les commandes et les mises en service.")
    )


def can_cancel_line(user: User, site: Site) -> Answer:
    """Take back what is asked: whoever may ask, whoever may move."""
    answer = can_move_line(user, site)
    return answer if isinstance(answer, Allowed) else can_opt_in(user, site)


def can_measure(user: User, site: Site) -> Answer:
    """Note a measured speed: the school, its technicians, the SPW."""
    if covers(scope_of(user, MEASURERS), site):
        return Allowed()
    return Refused(_("L’école et les techniciens notent les débits mesurés."))
