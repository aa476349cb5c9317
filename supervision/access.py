"""Who may act on a device from afar. Each answer is Allowed, or Refused with the reason."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from schools.models import Consent, ConsentKind, RoleKind, Site, User, manages_itself
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused, Scope
from supervision.models import Target

TECHNICIANS = frozenset({RoleKind.CENTRAL_TECHNICIAN.value, RoleKind.LOCAL_TECHNICIAN.value})


def can_poll_now(user: User, target: Target, today: dt.date) -> Answer:
    """A person who works on the site's network may ask for a fresh reading."""
    if not _works_at(user, target):
        return Refused(
            _("Seuls les techniciens de cette implantation peuvent relire l’équipement.")
        )
    return _consented(target, today, ConsentKind.SUPERVISION, ConsentKind.ASSISTANCE)


def can_write(user: User, target: Target, today: dt.date) -> Answer:
    """Remote action on the device: never on a network that the school manages itself (M39)."""
    if not _works_at(user, target):
        return Refused(_("Seuls les techniciens de cette implantation peuvent agir à distance."))
    if target.site.is_decentralised or manages_itself(target.site, today):
        return Refused(_("Réseau géré par l’école : aucune action à distance. Appelez le contact."))
    return _consented(target, today, ConsentKind.ASSISTANCE, ConsentKind.SUPERVISION)


def _works_at(user: User, target: Target) -> bool:
    return _covers(scope_of(user, TECHNICIANS), target.site)


def _covers(scope: Scope, site: Site) -> bool:
    return bool(
        scope.region
        or site.province in scope.provinces
        or site.school.authority_id in scope.authorities
        or site.school_id in scope.schools
        or site.pk in scope.sites
    )


def _consented(target: Target, today: dt.date, *kinds: ConsentKind) -> Answer:
    return _site_consented(target.site, today, *kinds)


def _site_consented(site: Site, today: dt.date, *kinds: ConsentKind) -> Answer:
    school = site.school
    mine = Q(authority=school.authority_id) | Q(school=school.pk)
    live = set(Consent.objects.live(today).filter(mine).values_list("kind", flat=True))
    if ConsentKind.ASSISTANCE in kinds and ConsentKind.ASSISTANCE not in live:
        return Refused(_("Le pouvoir organisateur n’a pas accepté l’assistance centrale."))
    if ConsentKind.SUPERVISION in kinds and ConsentKind.SUPERVISION not in live:
        return Refused(_("L’école n’a pas accepté la supervision."))
    return Allowed()


def can_discover(user: User, site: Site, today: dt.date) -> Answer:
    """Discovery only reads: with both consents also a network that the school manages itself."""
    if not _covers(scope_of(user, TECHNICIANS), site):
        return Refused(_("Seuls les techniciens de cette implantation lancent une découverte."))
    return site_consented(site, today)


def site_consented(site: Site, today: dt.date) -> Answer:
    """Both consents, which a discovery needs whoever asks for it (M42)."""
    if site.closed_on is not None and site.closed_on <= today:
        return Refused(_("Cette implantation est fermée."))
    return _site_consented(site, today, ConsentKind.ASSISTANCE, ConsentKind.SUPERVISION)
