"""Small synthetic devices over real UDP: one agent an address, all at one port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from deploy.lab.agent_core import AgentCore, TableMib
from supervision.snmp import ber
from supervision.snmp.contract import ObjectId, UsmUser
from tests.supervision.snmp.served import arcs

SYS = "1.3.6.1.2.1.1"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
IF = "1.3.6.1.2.1.2.2.1"
LLDP = "1.0.8802.1.1.2.1"

Table = dict[str, object]
Handle = Callable[[bytes], bytes | None]


def encoded(value: object) -> bytes:
    if isinstance(value, ObjectId):
        return ber.object_id(value)
    if isinstance(value, int):
        return ber.integer(value)
    if isinstance(value, tuple):  # an IP address in octets
        return ber.ip_address(".".join(map(str, value)))
    assert isinstance(value, str | bytes)
    return ber.octets(value.encode() if isinstance(value, str) else value)


def mib(table: Mapping[str, object]) -> TableMib:
    return TableMib({arcs(oid): encoded(value) for oid, value in table.items()})


def system(descr: str, object_id: str, name: str = "") -> Table:
    return {f"{SYS}.1.0": descr, f"{SYS}.2.0": ObjectId(object_id), f"{SYS}.5.0": name}


def chassis(index: int = 1, **fields: object) -> Table:
    """A chassis of entPhysicalTable; fields by name."""
    columns = {"descr": 2, "within": 4, "kind": 5, "position": 6, "name": 7, "hardware": 8,
               "firmware": 9, "software": 10, "serial": 11, "maker": 12, "model": 13}  # fmt: skip
    told = {"within": 0, "kind": 3, "position": index} | fields
    return {f"{ENTITY}.{columns[name]}.{index}": value for name, value in told.items()}


def ports(names: Iterable[str], kind: int = 6, mac: bytes = b"\x02\x00\x5e\x00\x00\x00") -> Table:
    found: Table = {}
    for index, name in enumerate(names, start=1):
        found[f"{IF}.2.{index}"] = name
        found[f"{IF}.3.{index}"] = kind
        found[f"{IF}.6.{index}"] = mac[:5] + bytes([mac[5] + index])
        found[f"{IF}.7.{index}"] = 1
        found[f"{IF}.8.{index}"] = 1
        found[f"1.3.6.1.2.1.31.1.1.1.1.{index}"] = name
    return found


def lldp(local: int, port: str, chassis_mac: bytes, far_port: str, name: str) -> Table:
    at = f"0.{local}.1"
    return {
        f"{LLDP}.3.7.1.3.{local}": port,
        f"{LLDP}.4.1.1.4.{at}": 4,
        f"{LLDP}.4.1.1.5.{at}": chassis_mac,
        f"{LLDP}.4.1.1.6.{at}": 5,
        f"{LLDP}.4.1.1.7.{at}": far_port,
        f"{LLDP}.4.1.1.9.{at}": name,
    }


def switch(name: str, serial: str, *, mac: bytes, n: int = 8, **more: object) -> Table:
    """A small Cisco-like switch."""
    descr = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E8, RELEASE"
    return {
        **system(descr, "1.3.6.1.4.1.9.1.1208", name),
        **chassis(serial=serial, model="WS-C2960X-24TS-L", software="15.2(7)E8", maker="Cisco"),
        **ports([f"GigabitEthernet1/0/{i}" for i in range(1, n + 1)], mac=mac),
        **more,
    }


@dataclass
class Street:
    """Agents at loopback addresses, one UDP port for all; other addresses are silent."""

    agents: dict[str, AgentCore | Handle] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    port: int = 0

    def add(self, address: str, table: Mapping[str, object], community: str = "public") -> None:
        self.agents[address] = AgentCore(mib(table), communities=(community,))

    def add_v3(self, address: str, table: Mapping[str, object], user: UsmUser) -> None:
        self.agents[address] = AgentCore(mib(table), users=(user,))

    def open(self) -> None:
        self._sockets = []
        self._over = threading.Event()
        for address in self.agents:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind((address, self.port))
            self.port = self.port or sock.getsockname()[1]
            sock.settimeout(0.05)
            self._sockets.append((address, sock))
        self._threads = [
            threading.Thread(target=self._serve, args=pair, daemon=True) for pair in self._sockets
        ]
        for thread in self._threads:
            thread.start()

    def _serve(self, address: str, sock: socket.socket) -> None:
        while not self._over.is_set():
            try:
                datagram, source = sock.recvfrom(65535)
            except TimeoutError:
                continue
            self.asked[address] = self.asked.get(address, 0) + 1
            agent = self.agents[address]
            reply = agent.handle(datagram) if isinstance(agent, AgentCore) else agent(datagram)
            if reply is not None:
                sock.sendto(reply, source)

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        for _address, sock in self._sockets:
            sock.close()

    def __enter__(self) -> Street:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
