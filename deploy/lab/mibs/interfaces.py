"""IF-MIB ifTable and ifXTable (RFC 2863), with counters that move and links that fall."""

from __future__ import annotations

from collections.abc import Callable

from deploy.lab.mibs import MIB_2, Arcs, Living, Rows
from deploy.lab.models_of_makers import PortPlan
from deploy.lab.plan import DevicePlan, SitePlan
from deploy.lab.traffic import Meter
from supervision.snmp import ber

IF_NUMBER = (*MIB_2, 2, 1, 0)
IF_ENTRY = (*MIB_2, 2, 2, 1)
IF_X_ENTRY = (*MIB_2, 31, 1, 1, 1)
ADMIN_STATUS = (*IF_ENTRY, 7)
OPER_STATUS = (*IF_ENTRY, 8)
IF_NAME = (*IF_X_ENTRY, 1)

UP, DOWN = ber.integer(1), ber.integer(2)
ETHERNET, WIRELESS = 6, 71  # IANAifType
OCTETS_PER_PACKET = 780
PER_CLIENT = 60_000
"""Octets per second that one WiFi client draws at full use."""

PER_OUTLET = 25_000
UPLOAD_SHARE = 0.18
MAX_GAUGE = 2**32 - 1


def demand(site: SitePlan, device: DevicePlan) -> float:
    """Octets per second that a device and all below it draw at full use."""
    own = device.clients * PER_CLIENT + PER_OUTLET
    own += PER_OUTLET * sum(outlet_in_use(site, device, port) for port in device.model.ports)
    below = (d for d in site.devices if d.uplink and d.uplink.device == device.name)
    return own + sum(demand(site, other) for other in below)


def outlet_in_use(site: SitePlan, device: DevicePlan, port: PortPlan) -> bool:
    """Whether somebody's computer hangs on this switch port: about every third one."""
    if device.model.category != "switch" or neighbour(site, device, port.name):
        return False
    return (device.seed + port.index * 7) % 3 == 0


def neighbour(site: SitePlan, device: DevicePlan, port: str) -> tuple[DevicePlan, str] | None:
    """The device at the other end of a port's cable, and its port there."""
    if device.uplink and device.uplink.own == port:
        return site.by_name[device.uplink.device], device.uplink.port
    for other in site.devices:
        if other.uplink and other.uplink.device == device.name and other.uplink.port == port:
            return other, other.uplink.own
    return None


class Interface:
    """One port as it lives: its link, its counters."""

    def __init__(self, device: Living, port: PortPlan) -> None:
        self.device, self.port = device, port
        site, plan = device.site, device.plan
        self.peer = neighbour(site, plan, port.name)
        self.wired = self._is_wired()
        down, up = self._rates()
        started = device.now - device.uptime_s
        self.received, self.sent = Meter(down, started), Meter(up, started)
        self.changed_s = 0.0
        """Uptime at the last change of the link (ifLastChange)."""

    def _is_wired(self) -> bool:
        plan = self.device.plan
        is_wan = plan.uplink is None and self.port.name == "ether1"
        is_radio = self.port.kind == "radio"
        single = len(plan.model.ports) == 1
        outlet = outlet_in_use(self.device.site, plan, self.port)
        return bool(self.peer or is_wan or is_radio or single or outlet)

    def _rates(self) -> tuple[float, float]:
        """(received, sent) at full use: what pupils download arrives on uplinks."""
        plan, site = self.device.plan, self.device.site
        if not self.wired:
            return 0.0, 0.0
        is_wan = plan.uplink is None and self.port.name == "ether1"
        if is_wan or (plan.uplink and plan.uplink.own == self.port.name):
            total = demand(site, plan)
            return total, total * UPLOAD_SHARE
        if self.peer:
            total = demand(site, self.peer[0])
        elif self.port.kind == "radio":
            total = plan.clients * PER_CLIENT / 2
        else:
            total = PER_OUTLET
        return total * UPLOAD_SHARE, total

    @property
    def linked(self) -> bool:
        """ifOperStatus up."""
        return self.wired and self.port.name not in self.device.condition.ports_down

    def link_changed(self) -> None:
        """Counters stop with the link and go on with it."""
        now = self.device.now
        self.changed_s = self.device.uptime_s
        for meter in (self.received, self.sent):
            if self.linked:
                meter.thaw(now)
            else:
                meter.freeze(now)

    def restart(self) -> None:
        """The device started again."""
        self.changed_s = 0.0
        self.received.restart(self.device.now)
        self.sent.restart(self.device.now)

    def rows(self) -> Rows:
        """Its line of ifTable and ifXTable."""
        port, device = self.port, self.device
        index = port.index
        name = ber.octets(port.name.encode())
        kind = WIRELESS if port.kind == "radio" else ETHERNET
        entry: dict[int, bytes | Callable[[], bytes]] = {
            1: ber.integer(index),
            2: name,
            3: ber.integer(kind),
            4: ber.integer(1500),
            5: ber.gauge32(min(port.speed_mbps * 1_000_000, MAX_GAUGE)),
            6: ber.octets(device.plan.port_mac(index)),
            7: lambda: DOWN if port.name in device.condition.admin_down else UP,
            8: lambda: UP if self.linked else DOWN,
            9: lambda: ber.time_ticks(int(self.changed_s * 100)),
            10: lambda: ber.counter32(self._in() % 2**32),
            11: lambda: ber.counter32(self._in() // OCTETS_PER_PACKET % 2**32),
            13: ber.counter32(0),
            14: lambda: ber.counter32(self._in() // 40_000_000_000 % 2**32),
            16: lambda: ber.counter32(self._out() % 2**32),
            17: lambda: ber.counter32(self._out() // OCTETS_PER_PACKET % 2**32),
            19: ber.counter32(0),
            20: ber.counter32(0),
        }
        extra: dict[int, bytes | Callable[[], bytes]] = {
            1: name,
            6: lambda: ber.counter64(self._in()),
            10: lambda: ber.counter64(self._out()),
            15: lambda: ber.gauge32(port.speed_mbps if self.linked else 0),
            18: ber.octets(self.peer[0].name.encode() if self.peer else b""),
        }
        rows: Rows = {(*IF_ENTRY, column, index): value for column, value in entry.items()}
        rows.update({(*IF_X_ENTRY, column, index): value for column, value in extra.items()})
        return rows

    def _in(self) -> int:
        return self.received.octets(self.device.now)

    def _out(self) -> int:
        return self.sent.octets(self.device.now)

    def link_bindings(self) -> list[tuple[Arcs, bytes]]:
        """What linkDown and linkUp carry (RFC 2863), and ifName, as most makers add."""
        index = self.port.index
        closed = self.port.name in self.device.condition.admin_down
        return [
            ((*IF_ENTRY, 1, index), ber.integer(index)),
            ((*ADMIN_STATUS, index), DOWN if closed else UP),
            ((*OPER_STATUS, index), UP if self.linked else DOWN),
            ((*IF_NAME, index), ber.octets(self.port.name.encode())),
        ]
