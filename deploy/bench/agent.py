"""A replay agent for benches: a switch on every loopback address, in pure Python.

    python -m deploy.bench.agent --port 10161

answers SNMP on 127.0.0.0/8 (Linux; any address of it, no set-up) as that many switches:

- v2c, community ``public``; v3 authPriv SHA/AES, user ``bench``, and SHA-256/AES, user
  ``bench256``, passwords ``authpass123`` and ``privpass123``; every address is its own v3 engine;
- system group, ifTable and ifXTable of 48 ports; 24 ports on 127.24.0.0/16;
- counters grow with time; answers are remembered for ``--refresh`` seconds and only patched with
  the request id.

``--silent-percent 20`` keeps every address silent whose (third octet × 256 + fourth) modulo 100
is below 20. ``--silent-file PATH`` names more silent addresses, one a line: change the file and
send SIGHUP, and devices fall or come back during a run. ``--processes N`` forks N processes on
the same port (SO_REUSEPORT). It prints ``ready`` when listening and, on SIGTERM or SIGINT, one
JSON line: requests answered, CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.lab.agent_core import AgentCore, Arcs, TableMib
from supervision.snmp import ber, message
from supervision.snmp.contract import AuthProtocol, PrivProtocol, UsmUser
from supervision.snmp.message import Pdu

USERS = (
    UsmUser("bench", AuthProtocol.SHA1, "authpass123", PrivProtocol.AES128, "privpass123"),
    UsmUser("bench256", AuthProtocol.SHA256, "authpass123", PrivProtocol.AES128, "privpass123"),
)
COMMUNITY = "public"

SYSTEM: Arcs = (1, 3, 6, 1, 2, 1, 1)
IF_NUMBER: Arcs = (1, 3, 6, 1, 2, 1, 2, 1, 0)
IF_ENTRY: Arcs = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_X_ENTRY: Arcs = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)

IP_PKTINFO = getattr(socket, "IP_PKTINFO", 8)
PKTINFO = struct.Struct("=I4s4s")
MAX_REMEMBERED = 10_000
DESCR = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4"
OBJECT_ID = "1.3.6.1.4.1.9.1.1208"

Encode = Callable[[], bytes]


def _growing(encode: Callable[[int], bytes], start: int, per_second: int, modulus: int) -> Encode:
    def now() -> bytes:
        return encode((start + int(time.monotonic() * per_second)) % modulus)

    return now


def switch(ports: int, descr: str = DESCR, object_id: str = OBJECT_ID) -> TableMib:
    """MIB of a switch: system group (RFC 3418), ifTable and ifXTable (RFC 2863)."""
    rows: dict[Arcs, bytes | Encode] = {
        (*SYSTEM, 1, 0): ber.octets(descr.encode()),
        (*SYSTEM, 2, 0): ber.object_id(object_id),
        (*SYSTEM, 3, 0): _growing(ber.time_ticks, 123456, 100, 2**32),
        (*SYSTEM, 4, 0): ber.octets(b"noc@example.org"),
        (*SYSTEM, 5, 0): ber.octets(b"sw-bench"),
        (*SYSTEM, 6, 0): ber.octets(b"bench"),
        (*SYSTEM, 7, 0): ber.integer(78),
        IF_NUMBER: ber.integer(ports),
    }
    chance = random.Random(ports)  # noqa: S311 a repeatable bench, no secret
    for port in range(1, ports + 1):
        _add_port(rows, port, chance)
    return TableMib(rows)


def _add_port(rows: dict[Arcs, bytes | Encode], port: int, chance: random.Random) -> None:
    def counter(limit: int) -> bytes:
        return ber.counter32(chance.randrange(limit))

    def traffic(wide: int, narrow: int) -> None:
        start, rate = chance.randrange(2**40), chance.randrange(10**7)
        rows[(*IF_X_ENTRY, wide, port)] = _growing(ber.counter64, start, rate, 2**64)
        rows[(*IF_ENTRY, narrow, port)] = _growing(ber.counter32, start, rate, 2**32)

    name = f"GigabitEthernet1/0/{port}".encode()
    up = 1 if port % 3 else 2
    plain: dict[int, bytes] = {
        1: ber.integer(port),
        2: ber.octets(name),
        3: ber.integer(6),
        4: ber.integer(1500),
        5: ber.gauge32(10**9),
        6: ber.octets(bytes((0, 0x5E, 0, 0x53, 0, port))),
        7: ber.integer(1),
        8: ber.integer(up),
        9: ber.time_ticks(chance.randrange(2**20)),
        13: counter(200),
        14: counter(300),
        19: counter(500),
        20: counter(20),
    }
    extended: dict[int, bytes] = {
        1: ber.octets(b"Gi1/0/%d" % port),
        15: ber.gauge32(1000),
        18: ber.octets(b"port %d" % port),
    }
    rows.update({(*IF_ENTRY, column, port): value for column, value in plain.items()})
    rows.update({(*IF_X_ENTRY, column, port): value for column, value in extended.items()})
    traffic(6, 10)  # ifHCInOctets, ifInOctets
    traffic(10, 16)  # ifHCOutOctets, ifOutOctets


class ReplayCore(AgentCore):
    """An agent that remembers its answers, shared by all devices with the same MIB."""

    __slots__ = ("remembered",)

    remembered: dict[Any, tuple[int, int, bytes]]

    def _respond(self, data: bytes, pdu: Pdu, name: str) -> bytes | None:
        if pdu.type == message.SET:
            return super()._respond(data, pdu, name)
        key = (pdu.type, pdu.error_status, pdu.error_index, data[pdu.start : pdu.stop])
        found = self.remembered.get(key)
        if found is None:
            reply = super()._respond(data, pdu, name)
            if reply is None:
                return None
            answer = message.decode_pdu(reply, 0, len(reply))
            found = (answer.error_status, answer.error_index, reply[answer.start :])
            if len(self.remembered) < MAX_REMEMBERED:
                self.remembered[key] = found
        return message.encode_pdu(message.RESPONSE, pdu.request_id, *found)


class Replay:
    """The devices, and what they remember."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.mibs = {n: switch(n, options.descr, options.object_id) for n in (24, 48)}
        self.remembered: dict[int, dict[Any, tuple[int, int, bytes]]] = {24: {}, 48: {}}
        self.datagrams: dict[tuple[int, bytes, bytes], tuple[bytes, bytes]] = {}
        self.cores: dict[bytes, ReplayCore] = {}
        self.silent: set[bytes] = set()
        self.stale_at = 0.0
        self.answered = 0
        self.read_silent()

    def read_silent(self) -> None:
        """Read the file of silent addresses again."""
        path = self.options.silent_file
        lines = path.read_text().split() if path and path.exists() else []
        self.silent = {socket.inet_aton(line) for line in lines}

    def is_silent(self, device: bytes) -> bool:
        """Whether this address does not answer."""
        number = device[2] * 256 + device[3]
        return number % 100 < self.options.silent_percent or device in self.silent

    def refresh(self) -> None:
        """Forget answers that are too old."""
        now = time.monotonic()
        if now >= self.stale_at:
            self.stale_at = now + self.options.refresh
            self.datagrams.clear()
            for remembered in self.remembered.values():
                remembered.clear()

    def answer(self, datagram: bytes, device: bytes) -> bytes | None:
        """Answer as the switch at this address."""
        ports = 24 if device[1] == 24 else 48
        place = _id_place(datagram)
        if place is None:
            return self._core(device, ports).handle(datagram)
        number = datagram[place : place + 4]
        key = (ports, datagram[:place], datagram[place + 4 :])
        found = self.datagrams.get(key)
        if found is None:
            reply = self._core(device, ports).handle(datagram)
            split = _id_place(reply) if reply else None
            if reply is None or split is None:
                return reply
            found = reply[:split], reply[split + 4 :]
            if len(self.datagrams) < MAX_REMEMBERED:
                self.datagrams[key] = found
        return found[0] + number + found[1]

    def _core(self, device: bytes, ports: int) -> ReplayCore:
        core = self.cores.get(device)
        if core is None:
            core = self.cores[device] = ReplayCore(
                self.mibs[ports],
                communities=(COMMUNITY,),
                users=USERS,
                engine_id=b"\x80\x00\x1f\x88\x01" + device,
                max_message=self.options.max_message,
            )
            core.remembered = self.remembered[ports]
        return core


def _id_place(datagram: bytes) -> int | None:
    """Where the four octets of the request id stand in a v2c message; None when not so."""
    place = 2 if datagram[1] < 0x80 else 2 + (datagram[1] & 0x7F)
    if datagram[place : place + 4] != b"\x02\x01\x01\x04":
        return None
    place += 5 + datagram[place + 4]
    place += 2 if datagram[place + 1] < 0x80 else 2 + (datagram[place + 1] & 0x7F)
    return place + 2 if datagram[place : place + 2] == b"\x02\x04" else None


def bind(port: int) -> socket.socket:
    """A socket for every loopback address, and for no other."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 2**20)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * 2**20)
    sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    sock.bind(("0.0.0.0", port))  # noqa: S104 held to the loopback by SO_BINDTODEVICE
    return sock


def serve(sock: socket.socket, replay: Replay) -> None:
    """Answer for ever, each datagram from the address it was sent to."""
    room = socket.CMSG_SPACE(PKTINFO.size)
    while True:
        datagram, notes, _, source = sock.recvmsg(65535, room)
        device = PKTINFO.unpack_from(notes[0][2])[2]
        if device[0] != 127 or len(datagram) < 8 or replay.is_silent(device):
            continue
        replay.refresh()
        reply = replay.answer(datagram, device)
        if reply is None:
            continue
        sender = (socket.IPPROTO_IP, IP_PKTINFO, PKTINFO.pack(0, device, bytes(4)))
        try:
            sock.sendmsg([reply], [sender], 0, source)
        except OSError:
            continue
        replay.answered += 1


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=10161)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--refresh", type=float, default=5.0, help="seconds")
    parser.add_argument("--max-message", type=int, default=1472, help="octets")
    parser.add_argument("--silent-percent", type=int, default=0)
    parser.add_argument("--silent-file", type=Path)
    parser.add_argument("--descr", default=DESCR)
    parser.add_argument("--object-id", default=OBJECT_ID)
    options = parser.parse_args(arguments)
    replay = Replay(options)
    children: list[int] = []
    sock = bind(options.port)
    for _ in range(options.processes - 1):
        child = os.fork()
        if not child:
            children = []
            sock.close()
            sock = bind(options.port)
            break
        children.append(child)

    def leave(_number: int, _frame: object) -> None:
        for child in children:
            os.kill(child, signal.SIGTERM)
        cpu_s = round(time.process_time(), 3)
        print(json.dumps({"answered": replay.answered, "cpu_s": cpu_s}), flush=True)
        os._exit(0)

    def reread(_number: int, _frame: object) -> None:
        for child in children:
            os.kill(child, signal.SIGHUP)
        replay.read_silent()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGHUP, reread)
    print("ready", flush=True)
    serve(sock, replay)


if __name__ == "__main__":
    main(sys.argv[1:])
