"""Who may read configurations, have them read again, and settle unplanned changes."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from inventory.access.refusals import TECHNICIANS, covers
from inventory.models import Device, DeviceState
from schools.models import Consent, ConsentKind, Site, User
from schools.models.scope import scope_of
from schools.rules import Allowed, Answer, Refused


def can_read_text(user: User, device: Device) -> Answer:
    """What stands in a configuration tells how to attack a network: technicians of the site alone,
    and they see no secret either."""
    if covers(scope_of(user, TECHNICIANS), device.site):
        return Allowed()
    return Refused(_("Seuls les techniciens de cette implantation lisent les configurations."))


def can_back_up(user: User, device: Device, today: dt.date) -> Answer:
    """Reading is allowed where the school manages its own network; without consents it is not."""
    answer = can_read_text(user, device)
    return consented(device, today) if answer else answer


def can_set_access(user: User, device: Device) -> Answer:
    """Where a device's command line answers, and with which set."""
    return can_read_text(user, device)


def can_settle_drift(user: User, device: Device) -> Answer:
    """Accept what was changed by hand."""
    return can_read_text(user, device)


def consented(device: Device, today: dt.date) -> Answer:
    """Whether the device may be asked today, whoever asks (M42)."""
    site = device.site
    if device.state != DeviceState.INSTALLED:
        return Refused(_("Cet équipement n’est pas installé : il n’est pas interrogé."))
    if site.closed_on is not None and site.closed_on <= today:
        return Refused(_("Cette implantation est fermée."))
    return _both_consents(site, today)


def _both_consents(site: Site, today: dt.date) -> Answer:
    mine = Q(authority=site.school.authority_id) | Q(school=site.school_id)
    live = set(Consent.objects.live(today).filter(mine).values_list("kind", flat=True))
    if ConsentKind.ASSISTANCE not in live:
        return Refused(_("Le pouvoir organisateur n’a pas accepté l’assistance centrale."))
    if ConsentKind.SUPERVISION not in live:
        return Refused(_("L’école n’a pas accepté la supervision."))
    return Allowed()
