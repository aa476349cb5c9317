"""The topology of sites, read from the register's links and from what LLDP said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from inventory.cabling import cables_of
from inventory.models import Category, Device
from supervision.models import Neighbour
from supervision.topology import Network


def networks_of(site_ids: Iterable[int]) -> dict[int, Network]:
    """The network of each site, in three queries for any number of sites.

    A cable between two sites belongs to both: each sees its own end.
    """
    networks = {site: Network() for site in site_ids}
    sites = list(networks)
    routers = Device.objects.filter(site__in=sites, product__category=Category.ROUTER)
    for site, device in routers.values_list("site", "pk"):
        networks[site].tops.add(device)
    for cable in cables_of(sites):  # from plug to plug: a panel is no way up
        for site in {cable.a.site, cable.b.site} & networks.keys():
            networks[site].join(cable.a.device, cable.b.device)
    heard = Neighbour.objects.filter(target__site__in=sites, device__site=F("target__site"))
    for site, a, b in heard.values_list("target__site", "target__device", "device").distinct():
        if b is not None:
            networks[site].join(a, b)
    return networks


def network_of(site_ids: Iterable[int]) -> Network:
    """The networks of some sites as one."""
    whole = Network()
    for network in networks_of(site_ids).values():
        whole.tops |= network.tops
        for device, others in network.edges.items():
            whole.edges.setdefault(device, set()).update(others)
    return whole


def upstream(device: Device) -> Device | None:
    """The device above: the neighbour on the shortest way to the site's router."""
    parent = network_of([device.site_id]).parents().get(device.pk)
    return None if parent is None else Device.objects.filter(pk=parent).first()
