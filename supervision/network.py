"""The topology of sites, read from the register's links and from what LLDP said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from inventory.models import Category, Device, Link
from supervision.models import Neighbour
from supervision.topology import Network


def network_of(site_ids: Iterable[int]) -> Network:
    """Cables of the register and neighbours heard by LLDP, in three queries for any number."""
    sites = list(site_ids)
    network = Network()
    routers = Device.objects.filter(site__in=sites, product__category=Category.ROUTER)
    network.tops.update(routers.values_list("pk", flat=True))
    links = Link.objects.filter(port_a__device__site__in=sites)
    for a, b in links.values_list("port_a__device", "port_b__device"):
        network.join(a, b)
    heard = Neighbour.objects.filter(target__site__in=sites, device__isnull=False)
    same_site = heard.filter(device__site=F("target__site"))
    for a, b in same_site.values_list("target__device", "device").distinct():
        network.join(a, b)
    return network


def upstream(device: Device) -> Device | None:
    """The device above: the neighbour on the shortest way to the site's router."""
    parent = network_of([device.site_id]).parents().get(device.pk)
    return None if parent is None else Device.objects.filter(pk=parent).first()
