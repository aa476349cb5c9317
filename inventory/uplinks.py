"""Network devices whose way up to a router nobody knows.

Whole cables count (panels are passed), and what is heard on the wire. Sites are looked at in
batches, so that a page of the Region costs as one of a province.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.cabling import cables_of
from inventory.models import Category, Device, ObservedNeighbour
from inventory.observed import neighbours_heard
from inventory.rules.paths import spread

CARRIED = (Category.SWITCH, Category.ACCESS_POINT, Category.CONTROLLER)
WHY: dict[str, str | Promise] = {
    "router": _("aucun routeur connu à l’implantation"),
    "island": _("relié, mais à rien qui mène au routeur"),
    "nothing": _("aucun câble et aucun voisin connus"),
}
BATCH = 200
"""Sites looked at together."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A device whose way up to its site's router nobody knows."""

    device: Device
    why: str

    @property
    def reason(self) -> str | Promise:
        return WHY[self.why]


def lost_devices(
    sites: Iterable[int], category: str = "", why: str = "", text: str = ""
) -> list[Lost]:
    """Those of these sites, in six queries; by site, then name."""
    keys = list(sites)
    edges = _edges(keys)
    rows = Device.objects.filter(site__in=keys, product__category=Category.ROUTER)
    routers = dict(rows.values_list("pk", "site"))
    reached, with_router = spread(routers, edges), set(routers.values())
    carried = Device.objects.installed().filter(site__in=keys)
    carried = carried.filter(product__category__in=[category] if category else CARRIED)
    if text:
        carried = carried.filter(name__icontains=text)
    found = []
    carried = carried.select_related("site__school", "product", "room")
    for device in carried.order_by("site_id", "name"):
        if device.pk in reached:
            continue
        reason = "island" if device.pk in edges else "nothing"
        reason = reason if device.site_id in with_router else "router"
        if not why or why == reason:
            found.append(Lost(device, reason))
    return found


def _edges(sites: list[int]) -> dict[int, set[int]]:
    """Who is tied to whom: by a whole cable, or heard."""
    ties = [(cable.a.device, cable.b.device) for cable in cables_of(sites)]
    ties += [(one.device, one.far) for one in neighbours_heard(sites)]
    ties += ObservedNeighbour.objects.filter(
        observed__site__in=sites,
        observed__device__isnull=False,
        device__isnull=False,
        missing_since=None,
    ).values_list("observed__device", "device")
    edges: dict[int, set[int]] = {}
    for a, b in ties:
        if a != b:
            edges.setdefault(a, set()).add(b)
            edges.setdefault(b, set()).add(a)
    return edges


def in_batches(sites: list[int]) -> Iterator[list[int]]:
    """The sites, some at a time."""
    for start in range(0, len(sites), BATCH):
        yield sites[start : start + BATCH]
