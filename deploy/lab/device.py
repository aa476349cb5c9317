"""A simulated device: its MIB, its SNMP engine, and how it lives through faults."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from deploy.lab.agent_core import AgentCore, TableMib
from deploy.lab.credentials import CHANGED, CREDENTIALS, READ_ONLY
from deploy.lab.mibs import Arcs, Rows
from deploy.lab.mibs.families import UPS, family_rows
from deploy.lab.mibs.interfaces import ADMIN_STATUS, IF_NUMBER, Interface
from deploy.lab.mibs.lldp import local_rows, remote_rows
from deploy.lab.mibs.system import UP_TIME, system_rows
from deploy.lab.plan import DevicePlan, LabError, SitePlan
from deploy.lab.rules import HEALTHY, Condition, Event, Notice
from supervision.snmp import ber, message
from supervision.snmp.ber import BerError
from supervision.snmp.contract import Community, Credential, UsmUser

SNMP_TRAPS = (1, 3, 6, 1, 6, 3, 1, 1, 5)
TRAPS: dict[Event, Arcs] = {
    Event.COLD_START: (*SNMP_TRAPS, 1),
    Event.LINK_DOWN: (*SNMP_TRAPS, 3),
    Event.LINK_UP: (*SNMP_TRAPS, 4),
    Event.ON_BATTERY: (*UPS[:-1], 2, 1),
}
AUTHENTICATION_FAILURE = (*SNMP_TRAPS, 5)
MAX_UPTIME_S = 220 * 86400
GEN_ERR = 5
WRONG_VALUE = 10
"""error-status genErr and wrongValue (RFC 3416 §3)."""

SwitchPort = Callable[[DevicePlan, str, bool], None]
"""Called when a SET closes (True) or opens a port. Raises LabError when that cannot be kept."""


class Device:
    """One device. ``clock`` gives seconds since the epoch; ``booted_at`` when it last started.

    ``recording``: rows of a real device that it shows instead of made-up ones.
    """

    def __init__(
        self,
        plan: DevicePlan,
        site: SitePlan,
        switch_port: SwitchPort,
        *,
        booted_at: float | None = None,
        clock: Callable[[], float] = time.time,
        recording: Rows | None = None,
    ) -> None:
        self.plan, self.site, self.clock = plan, site, clock
        self.recording = recording
        self.condition = HEALTHY
        self._switch_port = switch_port
        now = clock()
        self.booted_at = now - (now + plan.seed) % MAX_UPTIME_S if booted_at is None else booted_at
        self.interfaces = {port.name: Interface(self, port) for port in plan.model.ports}
        self.mib = TableMib(self._rows(), self._writable())
        # Boots must grow from run to run, or managers take us for a replay (RFC 3414 §3.2).
        self.core = self._make_core(CREDENTIALS[plan.security], boots=max(1, int(now) % 2**30))

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock()

    @property
    def uptime_s(self) -> float:
        """Seconds since it started."""
        return max(0.0, self.clock() - self.booted_at)

    def answer(self, datagram: bytes) -> bytes | None:
        """Answer a datagram; None from a device that is silent, cut off, or drops it."""
        if not self.condition.reachable:
            return None
        return self.core.handle(datagram)

    def has_wrong_community(self, datagram: bytes) -> bool:
        """Whether a v2c request carries a community that the device does not know."""
        try:
            version, pos, end = message.open_message(datagram)
            if version != message.V2C:
                return False
            community, _ = ber.read_octets(datagram, pos, end)
        except (BerError, ValueError):
            return False
        return community.decode("utf-8", "replace") not in self.core.communities

    def become(self, condition: Condition) -> None:
        """Live on under another condition: links rise and fall, a system starts again."""
        before, self.condition = self.condition, condition
        if condition.up and not before.up:
            self._start()
        if condition.refusing != before.refusing:
            known = CHANGED if condition.refusing else CREDENTIALS
            self._replace_core(known[self.plan.security])
        for name in condition.ports_down ^ before.ports_down:
            if name in self.interfaces:
                self._link_changed(self.interfaces[name])

    def trap(self, notice: Notice) -> bytes:
        """Encode what a notice says, as this device sends it."""
        bindings: list[tuple[Arcs, bytes]] = []
        if notice.port:
            bindings = self.interfaces[notice.port].link_bindings()
        elif notice.event == Event.ON_BATTERY:
            wanted = ((*UPS, 2, 3, 0), (*UPS, 2, 2, 0))
            bindings = [(oid, value) for oid in wanted if (value := self.mib.get(oid))]
        return self._encode_trap(TRAPS[notice.event], bindings)

    def refusal_trap(self) -> bytes:
        """authenticationFailure. Where traps go, and under which name, did not change."""
        return self._encode_trap(AUTHENTICATION_FAILURE, [])

    def _encode_trap(self, oid: Arcs, bindings: list[tuple[Arcs, bytes]]) -> bytes:
        known = CREDENTIALS[self.plan.security]
        credential = known.community if isinstance(known, Community) else known
        return self.core.encode_trap(
            oid, bindings, credential=credential, uptime=int(self.uptime_s * 100)
        )

    def _start(self) -> None:
        self.booted_at = self.clock()
        self.core.reboot()
        for interface in self.interfaces.values():
            interface.restart()

    def _link_changed(self, interface: Interface) -> None:
        interface.link_changed()
        for oid, value in remote_rows(interface).items():
            if interface.linked:
                self.mib.put(oid, value)
            else:
                self.mib.drop(oid)

    def _rows(self) -> Rows:
        rows = system_rows(self)
        if self.recording is not None:
            # its own words, but for an uptime that stands still: that would be a reboot a poll
            return {**self.recording, UP_TIME: rows[UP_TIME]}
        rows[IF_NUMBER] = ber.integer(len(self.interfaces))
        for interface in self.interfaces.values():
            rows.update(interface.rows())
            rows.update(remote_rows(interface))
        rows.update(local_rows(self))
        rows.update(family_rows(self))
        return rows

    def _writable(self) -> dict[Arcs, Callable[[bytes], int]]:
        if self.plan.model.category not in {"switch", "router"}:
            return {}
        return {
            (*ADMIN_STATUS, port.index): partial(self._write, port.name)
            for port in self.plan.model.ports
        }

    def _write(self, port: str, value: bytes) -> int:
        if value not in (ber.integer(1), ber.integer(2)):
            return WRONG_VALUE
        try:
            self._switch_port(self.plan, port, value == ber.integer(2))
        except LabError:
            return GEN_ERR
        return 0

    def _make_core(self, credential: Credential, boots: int) -> AgentCore:
        if isinstance(credential, UsmUser):
            communities: set[str] = set()
            users, writer = [credential], credential.user
        else:
            communities, users = {credential.community, READ_ONLY}, []
            writer = credential.community
        return AgentCore(
            self.mib,
            communities=communities,
            users=users,
            writers=[writer],
            engine_id=self.plan.engine_id,
            boots=boots,
        )

    def _replace_core(self, credential: Credential) -> None:
        """Other credentials, the same engine: its boots and its time go on."""
        before = self.core
        self.core = self._make_core(credential, before.boots)
        self.core.started = before.started
