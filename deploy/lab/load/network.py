"""Products, devices, ports, cables and coverage: what the register intends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from deploy.lab.models_of_makers import Model
from deploy.lab.plan import DevicePlan, RegionPlan
from inventory.actions.note_moves import note_moves
from inventory.models import Device, Link, LinkKind, Port, Product, RoomCoverage
from inventory.rules.ports_template import PortLine
from schools.models import Room, Site

WARRANTY_YEARS = 5
TAKEN_OVER = dt.timedelta(days=420)
"""Since when the register tells the lives of devices."""
BOARDS = "moulin"
"""The site whose classes also have an interactive board each: equipment that nobody polls."""


def load_network(region: RegionPlan, sites: Mapping[str, Site]) -> dict[str, Device]:
    """Make every device and cable; return the devices by ``site/NAME``."""
    products = _products(region)
    rooms = {
        (room.site_id, room.name): room for room in Room.objects.filter(site__in=sites.values())
    }
    Device.objects.bulk_create(
        [_device(plan, sites[plan.site], products, rooms) for plan in region.devices]
        + _boards(sites.get(BOARDS), rooms),
        ignore_conflicts=True,
    )
    slugs = {site.pk: slug for slug, site in sites.items()}
    devices = {
        f"{slugs[device.site_id]}/{device.name}": device
        for device in Device.objects.filter(site__in=sites.values()).select_related("product")
    }
    _ports(region, devices)
    _links(region, devices)
    _coverage(region, sites, devices, rooms)
    taken_over = timezone.now() - TAKEN_OVER
    note_moves([one.pk for one in devices.values()], None, "reprise de l’inventaire", taken_over)
    return devices


def _products(region: RegionPlan) -> dict[Model, Product]:
    found = {}
    for model in {plan.model for plan in region.devices}:
        found[model], _ = Product.objects.get_or_create(
            maker=model.maker,
            model=model.name,
            defaults={
                "category": model.category,
                "description": model.description,
                "ports_template": _template(model),
            },
        )
    return found


def _template(model: Model) -> list[dict[str, object]]:
    """Ports of a model as lines; those that only count up share one (``[1-24]``)."""
    lines: list[PortLine] = []
    counted = [port for port in model.ports if port.name.isdecimal()]
    if len(counted) > 1 and len({(port.kind, port.speed_mbps, port.poe) for port in counted}) == 1:
        first, last = counted[0], counted[-1]
        name = f"[{first.name}-{last.name}]"
        lines.append(PortLine(name, first.kind, first.speed_mbps, first.poe))
    else:
        counted = []
    lines += [
        PortLine(port.name, port.kind, port.speed_mbps, port.poe)
        for port in model.ports
        if port not in counted
    ]
    return [line.as_json() for line in lines]


def _device(
    plan: DevicePlan,
    site: Site,
    products: Mapping[Model, Product],
    rooms: Mapping[tuple[int, str], Room],
) -> Device:
    installed = dt.date(2021 + plan.seed % 4, 1 + plan.seed % 12, 1 + plan.seed % 28)
    return Device(
        site=site,
        room=rooms[site.pk, plan.room],
        product=products[plan.model],
        name=plan.name,
        serial=plan.serial,
        asset_number=f"W{plan.site_number:02d}-{plan.number:04d}",
        mac=plan.mac,
        installed_on=installed,
        warranty_until=installed.replace(year=installed.year + WARRANTY_YEARS),
    )


def _boards(site: Site | None, rooms: Mapping[tuple[int, str], Room]) -> list[Device]:
    if site is None:
        return []
    product, _ = Product.objects.get_or_create(
        maker="Promethean",
        model="ActivPanel 75",
        defaults={"category": "board", "description": "écran interactif 75 pouces"},
    )
    classes = sorted(
        (room for (site_id, _), room in rooms.items()
         if site_id == site.pk and room.kind == "classroom"),
        key=lambda room: room.name,
    )[:21]  # fmt: skip
    return [
        Device(
            site=site, room=room, product=product, name=f"Écran {room.name}",
            serial=f"DEMO-E{n:03d}", asset_number=f"W11-E{n:03d}",
            installed_on=dt.date(2024, 8, 26), warranty_until=dt.date(2029, 8, 25),
        )
        for n, room in enumerate(classes, start=1)
    ]  # fmt: skip


def _ports(region: RegionPlan, devices: Mapping[str, Device]) -> None:
    Port.objects.bulk_create(
        [
            Port(
                device=devices[plan.ref], name=port.name, number=port.index, if_index=port.index,
                kind=port.kind, speed_mbps=port.speed_mbps, poe=port.poe,
            )
            for plan in region.devices
            for port in plan.model.ports
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _links(region: RegionPlan, devices: Mapping[str, Device]) -> None:
    wanted = {devices[plan.ref].pk for plan in region.devices}
    ports = {(port.device_id, port.name): port for port in Port.objects.filter(device__in=wanted)}
    here = Link.objects.filter(port_a__device__site__in={d.site_id for d in devices.values()})
    # a port that somebody has wired since, perhaps through a panel, stays as it is
    taken = {port for ends in here.values_list("port_a", "port_b") for port in ends}
    links = []
    for plan in region.devices:
        if plan.uplink is None:
            continue
        above = devices[f"{plan.site}/{plan.uplink.device}"]
        a = ports[above.pk, plan.uplink.port]
        b = ports[devices[plan.ref].pk, plan.uplink.own]
        first, second = (a, b) if a.pk < b.pk else (b, a)
        if not {first.pk, second.pk} & taken:
            links.append(Link(port_a=first, port_b=second, kind=LinkKind.CABLE))
    Link.objects.bulk_create(links)


def _coverage(
    region: RegionPlan,
    sites: Mapping[str, Site],
    devices: Mapping[str, Device],
    rooms: Mapping[tuple[int, str], Room],
) -> None:
    RoomCoverage.objects.bulk_create(
        [
            RoomCoverage(access_point=devices[plan.ref], room=rooms[sites[plan.site].pk, name])
            for plan in region.devices
            for name in plan.covers
        ],
        ignore_conflicts=True,
    )
