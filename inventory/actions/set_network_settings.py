"""Say time, log and SNMP for the Region, a PO or a site."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare
from inventory.models import SiteSettings
from schools.actions.audit import record_action
from schools.models import User

PLAIN = ("ntp", "syslog", "snmp_managers", "snmp_contact")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed. ``community`` None: the one that is kept stays."""

    ntp: list[str]
    syslog: list[str]
    snmp_managers: list[str]
    snmp_contact: str
    community: str | None = None


@transaction.atomic
def set_network_settings(
    user: User, row: SiteSettings, said: Said, seen: int | None = None
) -> SiteSettings:
    """Keep them. Devices change at the next plan only. Raises DecisionRefused, DecisionImpossible
    where somebody else wrote since ``seen``."""
    require(can_prepare(user))
    if row.pk is not None:
        now = SiteSettings.objects.select_for_update().get(pk=row.pk)
        if seen is not None and now.version != seen:
            raise DecisionImpossible(
                _("Une autre personne vient de modifier ces réglages : relisez-les.")
            )
        row = now
    before = {name: getattr(row, name) for name in PLAIN}
    for name in PLAIN:
        setattr(row, name, getattr(said, name))
    after = {name: getattr(row, name) for name in PLAIN if getattr(row, name) != before[name]}
    if said.community is not None:
        row.set_community(said.community)
        after["community"] = "•••"
    row.save()
    kept = {name: before[name] for name in after if name in before}
    record_action(user, "set_network_settings", row, site=row.site, before=kept, after=after)
    return row
