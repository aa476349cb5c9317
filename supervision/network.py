"""The topology of sites, read from the register's links and from what LLDP said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from inventory.models import Category, Device, Link
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
    links = Link.objects.filter(port_a__device__site__in=sites) | Link.objects.filter(
        port_b__device__site__in=sites
    )
    ends = ("port_a__device__site", "port_b__device__site", "port_a__device", "port_b__device")
    for site_a, site_b, a, b in links.values_list(*ends):
        for site in {site_a, site_b} & networks.keys():
            networks[site].join(a, b)
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
