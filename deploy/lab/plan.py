"""The demo Region as plain values: what stands where, and which cable joins what.

Everything that the lab simulates, loads and faults reads this one description, so that the
register, the agents and LLDP cannot disagree. The cables of a site form a tree whose root is the
router; :class:`Uplink` is a device's cable towards it.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from deploy.lab.models_of_makers import MODELS, Model


class Security(StrEnum):
    """Which of the lab's credentials a device knows."""

    V2C = "v2c"
    SHA1 = "sha1"  # v3 authPriv, HMAC-SHA-1-96 and AES-128
    SHA256 = "sha256"  # v3 authPriv, HMAC-SHA-256-192 and AES-128


class LabError(ValueError):
    """What was asked of the lab cannot be; the text says what to do."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room; ``kind`` is a value of ``schools.models.RoomKind``."""

    name: str
    building: str
    floor: str
    kind: str = "classroom"


@dataclass(frozen=True, slots=True)
class Uplink:
    """The cable of a device towards the router: ``port`` of ``device`` above, ``own`` port here."""

    device: str
    port: str
    own: str


@dataclass(frozen=True)
class DevicePlan:
    """One simulated device."""

    site: str
    number: int
    name: str
    model: Model
    room: str
    site_number: int
    uplink: Uplink | None = None
    security: Security = Security.V2C
    ups: str = ""
    covers: tuple[str, ...] = ()
    clients: int = 0
    """WiFi clients at a busy moment of a school day."""

    @property
    def ref(self) -> str:
        """How commands and faults name it: ``moulin/SW-B1``."""
        return f"{self.site}/{self.name}"

    @property
    def address(self) -> str:
        """Its loopback address: the whole of 127.0.0.0/8 answers on Linux."""
        return f"127.0.{self.site_number}.{self.number}"

    @property
    def mac(self) -> str:
        """Locally administered; the last octet leaves room for the ports."""
        return f"02:50:52:{self.site_number:02x}:{self.number:02x}:00"

    def port_mac(self, index: int) -> bytes:
        """ifPhysAddress of the port with this ifIndex."""
        return bytes((0x02, 0x50, 0x52, self.site_number, self.number, index & 0xFF))

    @property
    def serial(self) -> str:
        """A serial number that looks like one and belongs to nobody."""
        return f"DEMO{self.site_number:02d}{self.number:03d}"

    @property
    def seed(self) -> int:
        """A number of its own, the same in every run: uptime, traffic, toner."""
        return int.from_bytes(hashlib.sha256(self.ref.encode()).digest()[:4], "big")

    @property
    def engine_id(self) -> bytes:
        """snmpEngineID (RFC 3411 §5): enterprise format 4, the text is the address."""
        return b"\x80\x00\xff\xff\x04" + self.address.encode()


@dataclass(frozen=True)
class SitePlan:
    """A site of a school, with its rooms and devices; enumerations by their stored values."""

    slug: str
    number: int
    name: str
    school: str
    fase_number: str | None
    province: str
    address: str
    postcode: str
    municipality: str
    latitude: float
    longitude: float
    phone: str
    pupils: tuple[tuple[str, int], ...]
    rooms: tuple[RoomPlan, ...]
    devices: tuple[DevicePlan, ...]
    decentralised: bool = False

    @cached_property
    def by_name(self) -> dict[str, DevicePlan]:
        return {device.name: device for device in self.devices}

    @property
    def router(self) -> DevicePlan:
        """The root of the cables."""
        return next(device for device in self.devices if device.uplink is None)


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school and its organising authority; ``supervision`` None: consent not given."""

    number: str
    name: str
    authority: str
    scheme: str = "fase"
    community: str = "fwb"
    supervision: tuple[str, str] | None = None
    """(ISO day, signatory) of the school's consent to supervision."""


@dataclass(frozen=True, slots=True)
class AuthorityPlan:
    """An organising authority and its consent to central assistance."""

    name: str
    fase_number: str
    network: str
    assistance: tuple[str, str]


@dataclass(frozen=True)
class RegionPlan:
    """The whole demo."""

    authorities: tuple[AuthorityPlan, ...]
    schools: tuple[SchoolPlan, ...]
    sites: tuple[SitePlan, ...]
    by_ref: dict[str, DevicePlan] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {device.ref: device for site in self.sites for device in site.devices}
        object.__setattr__(self, "by_ref", found)

    @property
    def devices(self) -> tuple[DevicePlan, ...]:
        """Every device, site by site."""
        return tuple(self.by_ref.values())

    def site(self, slug: str) -> SitePlan:
        """Find a site by its short name. Raises LabError with the nearest ones."""
        for site in self.sites:
            if site.slug == slug.lower():
                return site
        raise LabError(_unknown("site", slug, [site.slug for site in self.sites]))

    def device(self, words: str) -> DevicePlan:
        """Find a device by ``site/NAME``, or by ``NAME`` where only one has it.

        Raises LabError that names the nearest devices, or those that share the name.
        """
        wanted = words.strip().lower()
        exact = [d for d in self.devices if wanted in (d.ref.lower(), d.name.lower())]
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise LabError(
                f"“{words}” stands for several: {_list(d.ref for d in exact)}. Say which."
            )
        names = [d.ref for d in self.devices] + [d.name for d in self.devices]
        raise LabError(_unknown("device", words, names))

    def below(self, device: DevicePlan) -> tuple[DevicePlan, ...]:
        """Every device whose way to the centre leads through this one."""
        site = self.site(device.site)
        found: list[DevicePlan] = []
        wanted = {device.name}
        for other in site.devices:  # a site lists parents before children
            if other.uplink and other.uplink.device in wanted:
                wanted.add(other.name)
                found.append(other)
        return tuple(found)


def model(key: str) -> Model:
    """A product of the lab's catalogue."""
    return MODELS[key]


def _list(refs: object) -> str:
    return ", ".join(refs)  # type: ignore[arg-type]


def _unknown(what: str, words: str, names: list[str]) -> str:
    lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(words.lower(), lower, n=4, cutoff=0.4)
    hint = f" Nearest: {', '.join(lower[n] for n in near)}." if near else ""
    return f"No {what} “{words}” in the lab.{hint} See them all: ./preau manage lab list"
