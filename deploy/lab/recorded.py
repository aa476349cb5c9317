"""Recorded real devices that join the lab: the « Musée des appareils ».

A recording is a ``.snmprec`` file (the format of snmpsim: ``oid|tag|value`` lines). Recordings
are not ours to publish: they are read from a folder beside the repository, never copied into it.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from deploy.lab.load.network import load_network
from deploy.lab.load.places import load_places
from deploy.lab.load.supervision import load_supervision
from deploy.lab.mibs import Arcs, Rows
from deploy.lab.models_of_makers import Family, Model
from deploy.lab.plan import (
    DevicePlan,
    LabError,
    RegionPlan,
    RoomPlan,
    SchoolPlan,
    SitePlan,
)
from deploy.lab.region import REGION, WBE
from inventory.models import Device
from supervision.models import Target
from supervision.snmp import ber

log = logging.getLogger(__name__)

FOLDER = settings.BASE_DIR.parent / "shared" / "snmprec"
SCHOOL, SITE, SLUG, NUMBER = "99001", "Musée des appareils", "musee", 20
ROOM = "Vitrine"
MAX_DEVICES = 250
"""One octet of the address numbers them."""

CATEGORIES = {
    "wifi-ap": "access_point",
    "wifi-controller": "controller",
    "switch": "switch",
    "firewall-router": "router",
    "ups": "ups",
    "printer": "printer",
    "nas": "nas",
    "server-other": "server",
}
"""``device_class`` of the folder's INDEX.tsv → category of the register."""

ENCODERS: dict[str, Callable[[str], bytes]] = {
    "2": lambda text: ber.integer(int(text)),
    "4": lambda text: ber.octets(text.encode()),
    "4x": lambda text: ber.octets(bytes.fromhex(text)),
    "5": lambda text: ber.null(),
    "6": ber.object_id,
    "64": ber.ip_address,
    "65": lambda text: ber.counter32(int(text) % 2**32),
    "66": lambda text: ber.gauge32(int(text) % 2**32),
    "67": lambda text: ber.time_ticks(int(text)),
    "70": lambda text: ber.counter64(int(text) % 2**64),
}


def read_recording(path: Path) -> Rows:
    """Rows of a recording; lines that cannot be read are left out and counted in the log."""
    rows: Rows = {}
    unread = 0
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        oid, _, rest = line.partition("|")
        tag, _, text = rest.partition("|")
        try:
            rows[_arcs(oid)] = ENCODERS[tag](text)
        except (KeyError, ValueError):
            unread += bool(line.strip())
    if unread:
        log.info("%s: %s lines left out", path.name, unread)
    return rows


def _arcs(oid: str) -> Arcs:
    arcs = tuple(int(part) for part in oid.split("."))
    ber.arcs_content(arcs)  # raises ValueError for what is no OID
    return arcs


def museum(folder: Path) -> SitePlan:
    """The site of the recordings in a folder. Raises LabError when there are none."""
    files = sorted(path for path in folder.glob("*.snmprec") if "@" not in path.name)
    if not files:
        raise LabError(f"No recordings (*.snmprec) in {folder}.")
    index = _index(folder)
    return _plan({path.stem: _model(path.stem, index.get(path.name, {})) for path in files})


def registered_museum() -> SitePlan | None:
    """The museum as the register knows it from an earlier run; None when it never joined."""
    rows = Device.objects.filter(site__school__number=SCHOOL).select_related("product")
    models = {
        device.name: _recorded_model(
            device.product.maker, device.product.model, device.product.category
        )
        for device in rows.order_by("name")
    }
    return _plan(models) if models else None


def known_region() -> RegionPlan:
    """The demo Region, and the museum if it ever joined."""
    site = registered_museum()
    return REGION if site is None else replace(REGION, sites=(*REGION.sites, site))


def join(folder: Path) -> Mapping[str, Rows]:
    """Register the recordings of a folder; return what each device (by ref) shows.

    Raises LabError when the folder has none.
    """
    site = museum(folder)
    school = SchoolPlan(SCHOOL, SITE, WBE, supervision=("2025-09-01", "Conservateur des appareils"))
    authority = next(one for one in REGION.authorities if one.name == WBE)
    region = RegionPlan((authority,), (school,), (site,))
    sites = load_places(region)
    load_supervision(region, load_network(region, sites))
    _pause(False)
    return {
        device.ref: read_recording(folder / f"{device.name}.snmprec") for device in site.devices
    }


def leave() -> None:
    """Poll the museum no more: nothing answers there in this run."""
    _pause(True)


def _pause(paused: bool) -> None:
    Target.objects.filter(site__school__number=SCHOOL).update(paused=paused)


def _index(folder: Path) -> dict[str, dict[str, str]]:
    """INDEX.tsv of the folder by file name; empty where there is none."""
    path = folder / "INDEX.tsv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines, delimiter="\t")}


def _model(stem: str, row: Mapping[str, str | None]) -> Model:
    maker = row.get("os_family") or stem.partition("_")[0]
    category = CATEGORIES.get(row.get("device_class") or "", "other")
    return _recorded_model(maker, row.get("hardware") or stem, category)


def _recorded_model(maker: str, name: str, category: str) -> Model:
    return Model(maker[:60], name[:100], category, "relevé réel", Family.RECORDED, "0.0", "", ())


def _plan(models: Mapping[str, Model]) -> SitePlan:
    devices = tuple(
        DevicePlan(site=SLUG, site_number=NUMBER, number=number, name=name, model=model, room=ROOM)
        for number, (name, model) in enumerate(sorted(models.items())[:MAX_DEVICES], start=1)
    )
    return SitePlan(
        slug=SLUG, number=NUMBER, name=SITE, school=SCHOOL, fase_number=None, province="namur",
        address="", postcode="5999", municipality="Marvelle", latitude=50.365, longitude=4.862,
        phone="", pupils=(), rooms=(RoomPlan(ROOM, "", "", "technical"),), devices=devices,
    )  # fmt: skip
