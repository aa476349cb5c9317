"""RADIUS clients of a site, and which VLAN each segment is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from byod.access.network.keeping import can_keep_clients
from byod.models.network.nas import Nas
from byod.models.network.segments import SiteSegment
from inventory.access.refusals import require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

TOLD = ("name", "address", "radsec_name", "identifier", "coa_port")


@transaction.atomic
def write_client(
    user: User, site: Site, values: Mapping[str, Any], secret: str, *, pk: int | None = None
) -> Nas:
    """Add or change a client; an empty secret leaves the one there is.

    One address has one secret, whatever the NAS-Identifier: other rows of the address follow.
    Raises DecisionRefused, Nas.DoesNotExist.
    """
    require(can_keep_clients(user, site))
    nas = Nas(site=site) if pk is None else _locked(user, pk)
    before = {} if pk is None else {name: getattr(nas, name) for name in TOLD}
    for name, value in values.items():
        setattr(nas, name, value)
    same = Nas.objects.in_use().filter(address=nas.address) if nas.address else Nas.objects.none()
    if secret:
        nas.set_secret(secret)
        same.update(sealed=nas.sealed)
    elif not nas.sealed:
        nas.sealed = same.values_list("sealed", flat=True).first() or ""
    nas.full_clean(exclude=["sealed"])
    nas.save()
    after = {name: getattr(nas, name) for name in TOLD}
    if secret:
        after["secret"] = "changed"  # noqa: S105  that it was, never what it is
    verb = "add_radius_client" if pk is None else "change_radius_client"
    record_action(user, verb, nas, site=site, before=before, after=after)
    return nas


def _locked(user: User, pk: int) -> Nas:
    return Nas.objects.visible_to(user).in_use().select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic
def retire_client(user: User, pk: int, now: dt.datetime) -> Nas:
    """The client asks no more: refused from now on, its history stays. Twice changes nothing."""
    nas = Nas.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
    require(can_keep_clients(user, nas.site))
    if nas.retired_at is None:
        nas.retired_at = now
        nas.save(update_fields=["retired_at"])
        record_action(user, "retire_radius_client", nas, site=nas.site)
    return nas


@transaction.atomic
def map_segments(user: User, site: Site, vlans: Mapping[str, int | None]) -> None:
    """Say which VLAN (key) of the site each segment is; None: the segment does not exist here."""
    require(can_keep_clients(user, site))
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    known = {row.segment: row for row in SiteSegment.objects.filter(site=site)}
    before = {segment: row.vlan_id for segment, row in known.items()}
    SiteSegment.objects.filter(site=site, segment__in=vlans).delete()
    SiteSegment.objects.bulk_create(
        SiteSegment(site=site, segment=segment, vlan_id=vlan)
        for segment, vlan in vlans.items()
        if vlan is not None
    )
    after = {segment: vlan for segment, vlan in vlans.items() if vlan is not None}
    if before != after:
        record_action(user, "map_segments", site, site=site, before=before, after=after)
        announce("network", site.pk, site=site.pk)
