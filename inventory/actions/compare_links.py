"""Cabling: what LLDP and CDP heard on a port, against the cable that the register has there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.cabling import cables_of
from inventory.models import Device, ObservedDevice, ObservedNeighbour, Port
from inventory.rules.identity import Gap, plain_name, plain_port
from schools.models import Site

End = tuple[int, str]
"""A device and the plain name of a port."""


def link_gaps(site: Site, observed: Sequence[ObservedDevice]) -> list[Gap]:
    """One difference per pair of devices whose cable differs; resolves neighbours on the way."""
    heard = resolve_neighbours(site, observed)
    cables = _cables(site)
    names = dict(Device.objects.filter(site=site).values_list("pk", "name"))
    gaps: list[Gap] = []
    told: set[frozenset[int]] = set()
    for one in heard:
        near, far = one.observed.device_id, one.device_id
        if near is None or far is None or near == far or frozenset((near, far)) in told:
            continue
        port, far_port = one.local_port, one.port
        cable = cables.get((near, plain_port(port)))
        if cable is not None and cable[0] == far:
            told.add(frozenset((near, far)))
            continue
        if any(end[0] == near and other[0] == far for end, other in cables.items()):
            intended = next(e[1] for e, o in cables.items() if e[0] == near and o[0] == far)
        else:
            intended = names.get(cable[0], str(cable[0])) if cable is not None else ""
        told.add(frozenset((near, far)))
        gaps.append(
            Gap(
                "link",
                f"link:{near}:{plain_port(port)}"[:160],
                intended,
                names.get(far, str(far)),
                near,
                one.observed_id,
                {"port": port, "far": far, "far_port": far_port, "protocol": one.protocol},
            )
        )
    return gaps


def _cables(site: Site) -> dict[End, End]:
    """Both directions of every cable that has an end at the site, from plug to plug."""
    found: dict[End, End] = {}
    for cable in cables_of([site.pk]):
        a = (cable.a.device, plain_port(cable.a.name))
        b = (cable.b.device, plain_port(cable.b.name))
        found[a], found[b] = b, a
    return found


def resolve_neighbours(site: Site, observed: Iterable[ObservedDevice]) -> list[ObservedNeighbour]:
    """Say who each present neighbour is: by MAC address, management address, then unique name."""
    rows = [row for row in observed if row.device_id is not None]
    by_mac = {mac: row.device_id for row in rows for mac in row.macs}
    by_mac |= dict(Device.objects.filter(site=site, mac__isnull=False).values_list("mac", "pk"))
    by_address = {row.address: row.device_id for row in rows if row.address}
    by_name: dict[str, set[int]] = {}
    for pk, name in Device.objects.filter(site=site).values_list("pk", "name"):
        by_name.setdefault(plain_name(name), set()).add(pk)
    for row in rows:
        if row.name and row.device_id:
            by_name.setdefault(plain_name(row.name), set()).add(row.device_id)
    present = ObservedNeighbour.objects.filter(observed__site=site, missing_since=None)
    changed, heard = [], []
    for one in present.select_related("observed").order_by("observed", "local_port", "pk"):
        found = by_mac.get(one.chassis.lower()), "mac"
        if found[0] is None:
            found = by_address.get(one.address or ""), "address"
        if found[0] is None:
            named = by_name.get(plain_name(one.name), set()) if one.name else set()
            found = (next(iter(named)), "name") if len(named) == 1 else (None, "")
        if (one.device_id, one.resolved_by) != found:
            one.device_id, one.resolved_by = found
            changed.append(one)
        heard.append(one)
    ObservedNeighbour.objects.bulk_update(changed, ["device", "resolved_by"])
    return heard


def port_named(device: int, name: str) -> Port | None:
    """A device's port by any spelling of its name."""
    wanted, ports = plain_port(name), Port.objects.filter(device=device)
    return next((port for port in ports if plain_port(port.name) == wanted), None)
