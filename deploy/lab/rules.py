"""The physics of the lab: from the faults of a moment to what each device does. Pure.

Power comes first (plug, UPS, PoE of the switch above), then the agent (a rebooting device is
silent and forwards nothing), then the way to the centre: a device is heard only while every
device and cable above it works. Times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deploy.lab.plan import DevicePlan, LabError, RegionPlan, SitePlan


class FaultKind(StrEnum):
    """What can go wrong. Values are stored."""

    UNPLUG = "unplug"
    UPLINK_CUT = "uplink_cut"
    SLOW = "slow"
    REBOOT = "reboot"
    WRONG_CREDENTIALS = "wrong_credentials"
    FLAPPING = "flapping"
    POWER_CUT = "power_cut"
    THRESHOLD = "threshold"
    PORT_DOWN = "port_down"
    BY_HAND = "by_hand"


ON_SITES = frozenset({FaultKind.UPLINK_CUT, FaultKind.SLOW, FaultKind.POWER_CUT})
"""Faults that may strike a whole site."""

DEFAULTS: dict[FaultKind, dict[str, float]] = {
    FaultKind.SLOW: {"delay_ms": 800},
    FaultKind.REBOOT: {"seconds": 20},
    FaultKind.FLAPPING: {"period_s": 30},
    FaultKind.POWER_CUT: {"seconds": 60},
}
"""Parameters of each kind and what holds when none is given."""

LIMITS: dict[str, tuple[float, float]] = {
    "delay_ms": (1, 60_000),
    "seconds": (1, 3_600),
    "period_s": (2, 3_600),
}


@dataclass(frozen=True, slots=True)
class FaultFact:
    """One fault in force: it strikes ``device`` (``site/NAME``) or ``site`` (its short name)."""

    kind: FaultKind
    device: str = ""
    site: str = ""
    port: str = ""
    params: Mapping[str, float] = field(default_factory=dict)
    began: float = 0.0

    def param(self, name: str) -> float:
        """A parameter, or its default."""
        return self.params.get(name, DEFAULTS.get(self.kind, {}).get(name, 0.0))

    def over(self, now: float) -> bool:
        """Whether it has ended by itself: only a reboot does."""
        return self.kind == FaultKind.REBOOT and now >= self.began + self.param("seconds")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a device does now."""

    powered: bool = True
    up: bool = True
    """Powered, and its system runs: it forwards and could answer."""
    reachable: bool = True
    """Up, and so is every device and cable between it and the centre."""
    delay_ms: float = 0.0
    refusing: bool = False
    admin_down: frozenset[str] = frozenset()
    ports_down: frozenset[str] = frozenset()
    """Ports whose link is down, whatever the reason (ifOperStatus)."""
    battery_since: float | None = None
    autonomy_s: float = 0.0
    crossed: bool = False
    """A measured value is beyond its threshold."""
    by_hand: bool = False
    """Somebody changed its configuration at the console."""


HEALTHY = Condition()


def checked(kind: str, params: Mapping[str, float]) -> tuple[FaultKind, dict[str, float]]:
    """Validate a kind and its parameters. Raises LabError saying what is allowed."""
    try:
        fault = FaultKind(kind)
    except ValueError:
        raise LabError(f"No fault “{kind}”. Faults: {', '.join(FaultKind)}.") from None
    allowed = DEFAULTS.get(fault, {})
    for name, value in params.items():
        if name not in allowed:
            raise LabError(f"{fault} has no parameter “{name}”.")
        low, high = LIMITS[name]
        if not low <= value <= high:
            raise LabError(f"{name} must lie between {low:g} and {high:g}.")
    return fault, {**allowed, **params}


def conditions(region: RegionPlan, faults: Iterable[FaultFact], now: float) -> dict[str, Condition]:
    """What every device of the Region does at ``now``."""
    live = [fault for fault in faults if not fault.over(now)]
    found: dict[str, Condition] = {}
    for site in region.sites:
        here = [f for f in live if f.site == site.slug or f.device.startswith(f"{site.slug}/")]
        found.update(_site_conditions(site, here, now))
    return found


def moves(faults: Iterable[FaultFact]) -> bool:
    """Whether conditions change by the mere passing of time."""
    passing = {FaultKind.REBOOT, FaultKind.FLAPPING, FaultKind.POWER_CUT}
    return any(fault.kind in passing for fault in faults)


def _site_conditions(
    site: SitePlan, faults: Collection[FaultFact], now: float
) -> dict[str, Condition]:
    if not faults:
        return {device.ref: HEALTHY for device in site.devices}
    state = _SiteState(site, faults, now)
    return {device.ref: state.condition(device) for device in site.devices}


class _SiteState:
    """The site at one moment, worked out from the router downwards."""

    def __init__(self, site: SitePlan, faults: Collection[FaultFact], now: float) -> None:
        self.site, self.faults, self.now = site, faults, now
        self.cut = bool(self._of(FaultKind.UPLINK_CUT))
        self.admin: dict[str, set[str]] = {}
        for fault in self._of(FaultKind.PORT_DOWN):
            self.admin.setdefault(fault.device, set()).add(fault.port)
        self.powered: dict[str, bool] = {}
        self.up: dict[str, bool] = {}
        self.reachable: dict[str, bool] = {}
        self.down: dict[str, set[str]] = {device.name: set() for device in site.devices}
        for device in site.devices:  # parents stand before children
            self._judge(device)

    def condition(self, device: DevicePlan) -> Condition:
        """Gather what was worked out for a device."""
        outage = self._outage(device)
        return Condition(
            powered=self.powered[device.name],
            up=self.up[device.name],
            reachable=self.reachable[device.name],
            delay_ms=sum(f.param("delay_ms") for f in self._of(FaultKind.SLOW, device)),
            refusing=bool(self._of(FaultKind.WRONG_CREDENTIALS, device)),
            admin_down=frozenset(self.admin.get(device.ref, ())),
            ports_down=frozenset(self.down[device.name] | self.admin.get(device.ref, set())),
            battery_since=outage.began if outage and device.model.category == "ups" else None,
            autonomy_s=outage.param("seconds") if outage else 0.0,
            crossed=bool(self._of(FaultKind.THRESHOLD, device)),
            by_hand=bool(self._of(FaultKind.BY_HAND, device)),
        )

    def _of(self, kind: FaultKind, device: DevicePlan | None = None) -> list[FaultFact]:
        """Faults of a kind; of those, what strikes ``device`` itself or its whole site."""
        wanted = (f for f in self.faults if f.kind == kind)
        return [f for f in wanted if device is None or f.site or f.device == device.ref]

    def _outage(self, device: DevicePlan) -> FaultFact | None:
        """The power cut that this UPS bridges, or that this device feels."""
        names = {device.name, device.ups}
        for fault in self._of(FaultKind.POWER_CUT):
            if fault.site or fault.device.rpartition("/")[2] in names:
                return fault
        return None

    def _has_power(self, device: DevicePlan, above: DevicePlan | None) -> bool:
        if self._of(FaultKind.UNPLUG, device):
            return False
        if above and device.uplink and self._feeds(above, device):
            return self.powered[above.name]
        outage = self._outage(device)
        if outage is None:
            return True
        bridged = device.ups or device.model.category == "ups"
        return bool(bridged) and self.now < outage.began + outage.param("seconds")

    @staticmethod
    def _feeds(above: DevicePlan, device: DevicePlan) -> bool:
        """Whether ``device`` lives on PoE: access points do, on a port that has it."""
        assert device.uplink is not None
        port = above.model.port(device.uplink.port)
        return port.poe and device.model.category == "access_point"

    def _flaps_down(self, device: DevicePlan) -> bool:
        for fault in self._of(FaultKind.FLAPPING, device):
            half = max(fault.param("period_s") / 2, 0.5)
            if int((self.now - fault.began) / half) % 2 == 0:
                return True
        return False

    def _judge(self, device: DevicePlan) -> None:
        above = self.site.by_name[device.uplink.device] if device.uplink else None
        powered = self._has_power(device, above)
        up = powered and not self._of(FaultKind.REBOOT, device)
        joined = not self._flaps_down(device)
        self.powered[device.name], self.up[device.name] = powered, up
        if above is None or device.uplink is None:
            way = joined and not self.cut
            if not way:
                self.down[device.name].add("ether1")
            self.reachable[device.name] = up and way
            return
        uplink = device.uplink
        joined = joined and uplink.port not in self.admin.get(above.ref, ())
        joined = joined and uplink.own not in self.admin.get(device.ref, ())
        if not (joined and up):
            self.down[above.name].add(uplink.port)
        if not (joined and self.up[above.name]):
            self.down[device.name].add(uplink.own)
        self.reachable[device.name] = up and joined and self.reachable[above.name]


# --- what devices tell of their own accord ---------------------------------------------------


class Event(StrEnum):
    """Notifications of the lab's devices."""

    COLD_START = "coldStart"
    LINK_DOWN = "linkDown"
    LINK_UP = "linkUp"
    ON_BATTERY = "upsTrapOnBattery"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification that ``device`` sends now; ``port`` for those about a link."""

    device: str
    event: Event
    port: str = ""


def notices(before: Mapping[str, Condition], after: Mapping[str, Condition]) -> list[Notice]:
    """What the change of the world makes devices say; the silent and the cut off say nothing."""
    said: list[Notice] = []
    for ref, now in after.items():
        was = before.get(ref, HEALTHY)
        if now is was or not now.reachable:
            continue
        if not was.up:
            said.append(Notice(ref, Event.COLD_START))
        for port in sorted(now.ports_down - was.ports_down):
            said.append(Notice(ref, Event.LINK_DOWN, port))
        for port in sorted(was.ports_down - now.ports_down):
            said.append(Notice(ref, Event.LINK_UP, port))
        if now.battery_since is not None and was.battery_since is None:
            said.append(Notice(ref, Event.ON_BATTERY))
    return said
