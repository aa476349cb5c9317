"""The network of a site as a picture: each device behind its way up to the router.

Intended links come from the register, through panels; what is only heard on the wire is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.cabling import Cable, cables_of
from inventory.models import PASSIVE, Category, Device, LinkRole, ObservedNeighbour, Port
from inventory.observed import Heard, neighbours_heard
from inventory.rules.paths import spread
from schools.models import Site

KINDS = {
    Category.ROUTER: "router",
    Category.SWITCH: "switch",
    Category.ACCESS_POINT: "ap",
    Category.PRINTER: "printer",
    Category.BOARD: "screen",
    Category.PROJECTOR: "screen",
    Category.DESKTOP: "computer",
    Category.LAPTOP: "computer",
    Category.UPS: "ups",
}
CARRIERS = {Category.ROUTER, Category.SWITCH}
Pair = tuple[int, int]


@dataclass(frozen=True)
class NetworkNode:
    """A thing of the picture; the fields that the interface's ``topology`` tag reads."""

    id: str
    label: str
    sublabel: str
    state: str
    kind: str
    block: str
    parent: str | None
    link_label: str
    link_state: str
    url: str
    carries: bool
    link_speed: str = ""
    seen_only: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A tie between two devices: a cable, or (``cable`` None) only heard."""

    a: Device
    a_port: str
    b: Device
    b_port: str
    cable: Cable | None = None

    @property
    def speed(self) -> str:
        return speed_words(self.cable.speed_mbps if self.cable else None)

    @property
    def role(self) -> str:
        return str(LinkRole(self.cable.role).label) if self.cable else ""


@dataclass
class SiteNetworkShown:
    """``nodes`` make the tree; ``others`` are ties beside it: loops and second ways."""

    nodes: list[NetworkNode] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    seen_only: list[Line] = field(default_factory=list)


def site_network_shown(
    site: Site, devices: Iterable[Device], states: Mapping[int, str]
) -> SiteNetworkShown:
    """Devices that are cabled, heard or watched. Four queries, whatever the size of the site."""
    known = {device.pk: device for device in devices if device.product.category not in PASSIVE}
    lines = _lines(site, known)
    edges: dict[int, set[int]] = {}
    for a, b in lines:
        edges.setdefault(a, set()).add(b)
    tops = {pk for pk, device in known.items() if device.product.category == Category.ROUTER}
    parents = spread(tops, edges)
    rows = Port.objects.filter(device__site=site).order_by().values_list("device")
    sizes = dict(rows.annotate(n=Count("pk")))
    shown = SiteNetworkShown()
    for pk, device in known.items():
        if pk in states or pk in edges:
            line = lines.get((parents.get(pk, 0), pk))
            shown.nodes.append(_node(device, states.get(pk, "unknown"), line, sizes.get(pk, 0)))
    tree = {frozenset((pk, up)) for pk, up in parents.items()}
    once = {frozenset(pair): line for pair, line in lines.items()}
    shown.others = [line for pair, line in once.items() if pair not in tree]
    shown.seen_only = [line for line in once.values() if line.cable is None]
    return shown


def _lines(site: Site, known: Mapping[int, Device]) -> dict[Pair, Line]:
    """(upper, lower) → their tie, both ways round; a cable hides what is heard of the same two."""
    found: dict[Pair, Line] = {}
    for one in [*neighbours_heard([site.pk]), *_observed(site)]:
        if one.device in known and one.far in known and one.device != one.far:
            a, b = known[one.device], known[one.far]
            found[one.device, one.far] = Line(a, one.port, b, one.far_port)
            found.setdefault((one.far, one.device), Line(b, one.far_port, a, one.port))
    for cable in cables_of([site.pk]):
        if cable.a.device in known and cable.b.device in known:
            a, b = known[cable.a.device], known[cable.b.device]
            found[a.pk, b.pk] = Line(a, cable.a.name, b, cable.b.name, cable)
            found[b.pk, a.pk] = Line(b, cable.b.name, a, cable.a.name, cable)
    return found


def _observed(site: Site) -> list[Heard]:
    """What the last discovery heard."""
    rows = ObservedNeighbour.objects.filter(
        observed__site=site,
        observed__device__isnull=False,
        device__isnull=False,
        missing_since=None,
    )
    ends = ("observed__device", "local_port", "device", "port")
    return [Heard(*row) for row in rows.values_list(*ends)]


def _node(device: Device, state: str, line: Line | None, ports: int) -> NetworkNode:
    category = Category(device.product.category)
    carries = category in CARRIERS
    up = f"{port_words(line.a_port)}" if line and line.a_port else ""
    return NetworkNode(
        id=str(device.pk),
        label=device.name,
        sublabel=_sublabel(device, ports),
        state=state,
        kind=KINDS.get(category, "other"),
        block=device.room.building if device.room else "",
        parent=str(line.a.pk) if line else None,
        link_label=up,
        link_state=state,
        url=reverse("inventory:device", args=[device.pk]),
        carries=carries,
        link_speed=line.speed if line else "",
        seen_only=bool(line and line.cable is None),
    )


def _sublabel(device: Device, ports: int) -> str:
    """``48 ports, A.02``: short enough for a box."""
    what = str(device.product.get_category_display())
    if device.product.category == Category.SWITCH and ports:
        what = ngettext("%(n)d port", "%(n)d ports", ports) % {"n": ports}
    return f"{what}, {device.room.name}" if device.room else what


def port_words(name: str) -> str:
    """``port 24``; a name that says what it is stands alone."""
    return _("port %(name)s") % {"name": name} if name.isdecimal() else name


def speed_words(mbps: int | None) -> str:
    """``100M``, ``1G``, ``2,5G``: as it is printed on a switch."""
    if not mbps:
        return ""
    if mbps < 1000:
        return f"{mbps}M"
    return f"{mbps / 1000:g}G".replace(".", ",")
