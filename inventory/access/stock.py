"""Who counts a site's equipment, who settles what was found, who signs for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.access.devices import KEEPERS, can_keep
from inventory.access.refusals import TECHNICIANS, covers
from schools.models import RoleKind, Site, User
from schools.models.places import SiteQuerySet
from schools.models.scope import scope_of, sites_q
from schools.rules import Allowed, Answer, Refused

SIGNERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})


def can_count(user: User, site: Site) -> Answer:
    """Contacts, head and technicians count; a closed site is counted no more."""
    if site.closed_on is not None:
        return Refused(_("Cette implantation est fermée\u00a0: on n’y compte plus."))
    return can_keep(user, site)


def can_declare(user: User, site: Site) -> Answer:
    """The head or the organising authority signs for a site; nobody else can."""
    if covers(scope_of(user, SIGNERS), site):
        return Allowed()
    return Refused(
        _("La direction de l’école ou son pouvoir organisateur signe la déclaration d’inventaire.")
    )


def sites_to_count(user: User) -> SiteQuerySet:
    """Open sites where the person may count."""
    scope = scope_of(user, TECHNICIANS | KEEPERS)
    return Site.objects.filter(sites_q(scope), closed_on=None)


def role_words(user: User, site: Site) -> str:
    """In which quality a person signs for this site."""
    if covers(scope_of(user, frozenset({RoleKind.HEAD.value})), site):
        return str(RoleKind.HEAD.label)
    return str(RoleKind.AUTHORITY.label)
