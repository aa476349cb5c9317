"""The inside of each site's network: VLANs, WiFi, addresses, racks, a panel, radios, proofs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection
from django.db.models import F
from django.utils import timezone

from deploy.lab.plan import DevicePlan, RegionPlan, SitePlan
from inventory.actions.add_panel import panel_ports
from inventory.models import (
    Category,
    Device,
    IpAddress,
    Link,
    LinkRole,
    Port,
    Prefix,
    PrefixRole,
    Product,
    Proof,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Security,
    Ssid,
    Vlan,
)
from schools.models import Site

VLANS = (
    (10, "gestion", "management"),
    (20, "pedagogie", "teaching"),
    (30, "administration", "administration"),
    (40, "byod", "byod"),
    (50, "invites", "guests"),
)
SSIDS = (
    ("Ecole", 20, Security.WPA2_ENTERPRISE),
    ("Ecole-BYOD", 40, Security.WPA3_ENTERPRISE),
    ("Ecole-Invites", 50, Security.WPA2_PERSONAL),
)
WIRED = "moulin"
"""The site whose access points hang behind a patch panel and wall sockets."""
THROUGH_PANEL = 4
CHANNELS_5 = (36, 52, 100, 116)
CHANNELS_2 = (1, 6, 11)
MEASURED = dt.date(2026, 3, 16)


def load_lan(region: RegionPlan, sites: Mapping[str, Site], devices: Mapping[str, Device]) -> None:
    """Write what is missing; what somebody changed since stays."""
    for plan in region.sites:
        site = sites[plan.slug]
        vlans = _vlans(site)
        _wifi(site, vlans)
        _prefixes(plan, site, vlans)
        _addresses(plan, site, devices)
        _rack(plan, site, devices)
    _radios(region, devices)
    _roles(sites)
    _ports(sites)
    _proofs(sites)
    if WIRED in sites:
        _panel(sites[WIRED], region.site(WIRED), devices)


def _vlans(site: Site) -> dict[int, Vlan]:
    Vlan.objects.bulk_create(
        [Vlan(site=site, vid=vid, name=name, purpose=purpose) for vid, name, purpose in VLANS],
        ignore_conflicts=True,
    )
    return {vlan.vid: vlan for vlan in Vlan.objects.filter(site=site)}


def _wifi(site: Site, vlans: Mapping[int, Vlan]) -> None:
    rows = []
    for name, vid, security in SSIDS:
        if vid in vlans:
            row = Ssid(site=site, name=name, vlan=vlans[vid], security=security)
            if row.is_personal:
                row.set_passphrase("bienvenue-a-l-ecole")
            rows.append(row)
    Ssid.objects.bulk_create(rows, ignore_conflicts=True)


def _prefixes(plan: SitePlan, site: Site, vlans: Mapping[int, Vlan]) -> None:
    """The loopback network that the lab answers on, and what a real site would have besides."""
    lab = f"127.0.{plan.number}.0/24"
    known = Prefix.objects.filter(site=site, cidr=lab, vlan=None)
    known.update(vlan=vlans.get(10), role=PrefixRole.MANAGEMENT, gateway=plan.router.address)
    rows = [
        Prefix(
            site=site,
            cidr=f"10.{plan.number}.{vid}.0/24",
            vlan=vlans[vid],
            gateway=f"10.{plan.number}.{vid}.1",
            dhcp_first=f"10.{plan.number}.{vid}.100",
            dhcp_last=f"10.{plan.number}.{vid}.249",
        )
        for vid in (20, 30, 40, 50)
        if vid in vlans
    ]
    if 20 in vlans:
        six = f"2001:db8:{plan.number:x}:20::"
        rows.append(Prefix(site=site, cidr=f"{six}/64", vlan=vlans[20], gateway=f"{six}1"))
    Prefix.objects.bulk_create(rows, ignore_conflicts=True)


def _addresses(plan: SitePlan, site: Site, devices: Mapping[str, Device]) -> None:
    if not Prefix.objects.filter(site=site, cidr=f"127.0.{plan.number}.0/24").exists():
        return
    IpAddress.objects.bulk_create(
        [
            IpAddress(site=site, address=one.address, device=devices[one.ref], is_management=True)
            for one in plan.devices
            if devices[one.ref].site_id == site.pk
        ],
        ignore_conflicts=True,
    )


def _rack(plan: SitePlan, site: Site, devices: Mapping[str, Device]) -> None:
    """One rack beside the router, with what stands in its room, from the floor up."""
    room = devices[plan.router.ref].room
    rack, made = Rack.objects.get_or_create(
        site=site, name="Baie principale", defaults={"room": room, "units": 12}
    )
    if not made:
        return
    high, bottom, rows = {"ups": 2, "server": 2}, 1, []
    order = ("ups", "server", "router", "switch", "controller", "nas")
    here = [d for d in plan.devices if d.room == plan.router.room and d.model.category in order]
    for one in sorted(here, key=lambda d: order.index(d.model.category)):
        height = high.get(one.model.category, 1)
        if bottom + height - 1 <= rack.units:
            device = devices[one.ref]
            rows.append(RackPlace(rack=rack, device=device, bottom=bottom, height=height))
        bottom += height + (1 if one.model.category == "router" else 0)
    RackPlace.objects.bulk_create(rows, ignore_conflicts=True)


def _radios(region: RegionPlan, devices: Mapping[str, Device]) -> None:
    points = [one for one in region.devices if one.model.category == "access_point"]
    rows = []
    for n, one in enumerate(points):
        point = devices[one.ref]
        rows.append(Radio(access_point=point, band="2.4", channel=CHANNELS_2[n % 3], power_dbm=11))
        rows.append(
            Radio(
                access_point=point, band="5", channel=CHANNELS_5[n % 4], width_mhz=40, power_dbm=17
            )
        )
    Radio.objects.bulk_create(rows, ignore_conflicts=True)


def _roles(sites: Mapping[str, Site]) -> None:
    """What joins a switch to a router or a switch is an uplink; between switches, the backbone."""
    with connection.cursor() as cursor:  # unknown to the planner as long as nothing is committed
        cursor.execute("ANALYZE inventory_device, inventory_port, inventory_link")
    here = Link.objects.filter(port_a__device__site__in=sites.values(), role=LinkRole.ACCESS)
    carriers = (Category.ROUTER, Category.SWITCH)
    between = here.filter(
        port_a__device__product__category__in=carriers,
        port_b__device__product__category__in=carriers,
    )
    switches = between.filter(
        port_a__device__product__category=Category.SWITCH,
        port_b__device__product__category=Category.SWITCH,
    )
    switches.update(role=LinkRole.BACKBONE, cable="os2", colour="yellow")
    between.exclude(role=LinkRole.BACKBONE).update(role=LinkRole.UPLINK, cable="cat6a")


def _ports(sites: Mapping[str, Site]) -> None:
    """Ports to access points carry the WiFi's VLANs; the other ones of a switch, the classes'."""
    vlans = {
        (vlan.site_id, vlan.vid): vlan for vlan in Vlan.objects.filter(site__in=sites.values())
    }
    for site in sites.values():
        if (site.pk, 20) not in vlans:
            continue
        ports = Port.objects.filter(
            device__site=site, device__product__category=Category.SWITCH, access_vlan=None
        )
        ends = ("link_a__port_b__device__product", "link_b__port_a__device__product")
        trunk = [port.pk for port in ports.select_related(*ends) if _leads_to_point(port)]
        Port.objects.filter(pk__in=trunk).update(access_vlan=vlans[site.pk, 10])
        ports.exclude(pk__in=trunk).update(access_vlan=vlans[site.pk, 20])
        through = Port.trunk_vlans.through
        through.objects.bulk_create(
            [
                through(port_id=port, vlan_id=vlans[site.pk, vid].pk)
                for port in trunk
                for vid in (20, 40, 50)
                if (site.pk, vid) in vlans
            ],
            ignore_conflicts=True,
        )


def _leads_to_point(port: Port) -> bool:
    for name, far in (("link_a", "port_b"), ("link_b", "port_a")):
        link = getattr(port, name, None)
        if link is not None:
            other: Port = getattr(link, far)
            return bool(other.device.product.category == Category.ACCESS_POINT)
    return False


def _proofs(sites: Mapping[str, Site]) -> None:
    """Two rooms of three were measured; the others are only declared."""
    rows = RoomCoverage.objects.filter(room__site__in=sites.values(), proof=Proof.DECLARED)
    rows.alias(third=F("pk") % 3).exclude(third=0).update(
        proof=Proof.SURVEY, proved_on=MEASURED, signal_dbm=-48 - F("pk") % 24
    )


def _panel(site: Site, plan: SitePlan, devices: Mapping[str, Device]) -> None:
    """The first access points of the main switch hang behind a panel and a socket each."""
    panel, made = _passive(site, "PP-A1", Category.PANEL, 24, devices[plan.router.ref].room_id)
    if not made:
        return
    rack = Rack.objects.filter(site=site).first()
    if rack is not None:
        RackPlace.objects.bulk_create(
            [RackPlace(rack=rack, device=panel, bottom=rack.units)], ignore_conflicts=True
        )
    points = [one for one in plan.devices if one.name.startswith("AP-A")][:THROUGH_PANEL]
    for number, point in enumerate(points, start=1):
        _behind(site, point, devices, panel, number)


def _behind(
    site: Site, plan: DevicePlan, devices: Mapping[str, Device], panel: Device, number: int
) -> None:
    point = devices[plan.ref]
    link = Link.objects.filter(port_a__device=point) | Link.objects.filter(port_b__device=point)
    cable = link.first()
    if cable is None:
        return
    socket, _made = _passive(site, f"Prise {plan.room}-1", Category.SOCKET, 1, point.room_id)
    mine = cable.port_a if cable.port_a.device_id == point.pk else cable.port_b
    upper = cable.port_b if mine is cable.port_a else cable.port_a
    cable.delete()
    front, rear = _sides(panel, number)
    outlet, wall = _sides(socket, 1)
    for label, a, b, colour, length in (
        (f"P{number:02d}", upper, front, "green", 1),
        (f"H{number:02d}", rear, wall, "grey", 24 + number),
        ("", outlet, mine, "grey", 2),
    ):
        first, second = sorted((a, b), key=lambda port: port.pk)
        Link.objects.create(
            port_a=first, port_b=second, label=label, cable="cat6a", colour=colour, length_m=length
        )


def _sides(device: Device, number: int) -> tuple[Port, Port]:
    ports = {port.side: port for port in device.ports.filter(number=number)}
    return ports["front"], ports["rear"]


def _passive(
    site: Site, name: str, category: str, positions: int, room: int | None
) -> tuple[Device, bool]:
    product, _new = Product.objects.get_or_create(
        maker="Générique",
        model=f"{'Prise murale' if category == Category.SOCKET else 'Panneau'} {positions}",
        defaults={"category": category},
    )
    device, made = Device.objects.get_or_create(
        site=site,
        name=name,
        defaults={
            "product": product,
            "room_id": room,
            "installed_on": timezone.localdate().replace(month=1, day=8),
        },
    )
    if made:
        Port.objects.bulk_create(panel_ports(device, positions))
    return device, made
