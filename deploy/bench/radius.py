"""``./preau bench radius``: 8:25 on a Monday, through FreeRADIUS, our door and PostgreSQL.

    ./preau bench radius                        # 60 s at 33.3/s, 200 EAP runs
    ./preau bench radius --seconds 600          # 20,000 devices in ten minutes, whole
    ./preau bench radius --seconds 3 --eap 4    # a smoke

What is measured, on a private PostgreSQL with 20,000 credentials of 40 schools, the repository's
FreeRADIUS files and ``deploy.radius`` under granian:

- **paced**: an authentication begins every 30 ms (33.3/s), each of another device: Access-Request
  over plain PAP (two questions to the platform: authorise, post-auth), then Accounting-Start (one
  more). Latency of the Access-Accept counts from the planned moment: a queue shows.
- **flood**: as many at once as ``--window``, without a pause: authentications a second.
- **EAP**: whole PEAP-MSCHAPv2 runs of ``eapol_test`` (TLS handshake included), ``--parallel`` at
  once. Each starts a process: its rate is a lower bound.

Exit code 1 when a device was refused or got another VLAN than its school's, or when p95 of the
paced run exceeds a second. Between PAP and EAP the difference is the cryptography of FreeRADIUS
alone: the platform is asked the same two questions.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import os
import secrets
import shutil
import statistics
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from deploy.bench.radius_platform import PUPILS, REALM, SCHOOLS, SECRET, VLAN, prepared
from deploy.station import radius

RATE = 20_000 / 600
P95_S = 1.0
HEADER = struct.Struct("!BBH16s")


@dataclass
class Tally:
    """What came back."""

    latencies: list[float] = field(default_factory=list)
    wrong: int = 0
    lost: int = 0

    def p(self, percent: int) -> float:
        """A percentile, in milliseconds."""
        if len(self.latencies) < 2:
            return 1000 * sum(self.latencies)
        return 1000 * statistics.quantiles(self.latencies, n=100)[percent - 1]


def main(words: list[str]) -> int:
    """Run it; 0 when nothing was refused wrongly and the paced p95 holds."""
    parser = argparse.ArgumentParser(prog="./preau bench radius", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the paced run")
    parser.add_argument("--flood", type=int, default=2000, help="authentications without a pause")
    parser.add_argument("--window", type=int, default=32, help="of the flood, at once")
    parser.add_argument("--eap", type=int, default=200, help="PEAP runs of eapol_test")
    parser.add_argument("--parallel", type=int, default=4, help="of them at once")
    parser.add_argument("--devices", type=int, default=SCHOOLS * PUPILS)
    options = parser.parse_args(words)
    if radius.program() is None:
        print("FreeRADIUS is not on this machine (Debian: freeradius freeradius-rest).")
        return 1
    with prepared(options.devices) as server:
        return measure(server, options)


def measure(server: radius.Radius, options: argparse.Namespace) -> int:
    """The three runs, told."""
    load = os.getloadavg()
    print(f"{os.cpu_count()} cores, load before {load[0]:.1f}; {options.devices} devices known")
    count = max(1, int(options.seconds * RATE))
    began = time.monotonic()
    paced = asyncio.run(drive(server, count, options.devices, pace=1 / RATE, accounting=True))
    took = time.monotonic() - began
    print(f"paced   {count} devices in {took:.1f} s ({count / took:.1f}/s): {told(paced)}")
    print(f"        20,000 in ten minutes are {RATE:.1f}/s; this is {count / 20_000:.0%} of them")
    began = time.monotonic()
    flood = asyncio.run(drive(server, options.flood, options.devices, window=options.window))
    took = time.monotonic() - began
    print(f"flood   {options.flood} in {took:.1f} s: {options.flood / took:.0f}/s; {told(flood)}")
    eap = eap_runs(server, options.eap, options.parallel) if options.eap else Tally()
    print(f"load after {os.getloadavg()[0]:.1f}")
    bad = sum(one.wrong + one.lost for one in (paced, flood, eap))
    late = paced.p(95) > 1000 * P95_S
    print("nothing refused wrongly" if not bad else f"{bad} refused, lost or misplaced", end="; ")
    print(f"paced p95 {'above' if late else 'within'} {P95_S:.0f} s")
    return 1 if bad or late else 0


def told(tally: Tally) -> str:
    """``p50 8 ms, p95 14 ms, 0 wrong, 0 lost``."""
    return (
        f"p50 {tally.p(50):.0f} ms, p95 {tally.p(95):.0f} ms, "
        f"{tally.wrong} wrong, {tally.lost} lost"
    )


class Knocker(asyncio.DatagramProtocol):
    """One socket: 256 questions at once, by identifier."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[bytes]] = {}
        self.transport: Any = None
        self.next = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        future = self.waiting.pop(data[1], None)
        if future and not future.done():
            future.set_result(data)

    async def ask(self, make: Any, port: int) -> bytes | None:
        """The answer within ten seconds."""
        while self.next in self.waiting:
            self.next = (self.next + 1) % 256
        number, self.next = self.next, (self.next + 1) % 256
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        self.transport.sendto(make(number), ("127.0.0.1", port))
        try:
            return await asyncio.wait_for(future, 10)
        except TimeoutError:
            self.waiting.pop(number, None)
            return None


def attribute(kind: int, value: bytes) -> bytes:
    return bytes((kind, len(value) + 2)) + value


def access_request(number: int, user: str, site: int) -> bytes:
    """PAP with a Message-Authenticator (RFC 2865 §5.2, RFC 3579 §3.2)."""
    nonce = secrets.token_bytes(16)
    password = b"le-secret-de-l-appareil".ljust(32, b"\0")
    hidden, last = b"", nonce
    for at in range(0, 32, 16):
        pad = hashlib.md5(SECRET + last).digest()  # noqa: S324  RFC 2865
        last = bytes(a ^ b for a, b in zip(password[at : at + 16], pad, strict=True))
        hidden += last
    body = attribute(1, user.encode()) + attribute(2, hidden)
    body += attribute(32, f"site-{site}".encode()) + attribute(31, mac(user))
    body += attribute(80, bytes(16))
    start = HEADER.pack(1, number, 20 + len(body), nonce)
    return start + body[:-16] + hmac.new(SECRET, start + body, "md5").digest()


def accounting_start(number: int, user: str, site: int, classes: bytes) -> bytes:
    body = attribute(40, b"\0\0\0\1") + attribute(44, user.split("@", maxsplit=1)[0].encode())
    body += attribute(1, user.encode()) + attribute(32, f"site-{site}".encode())
    body += attribute(31, mac(user)) + attribute(25, classes)
    start = HEADER.pack(4, number, 20 + len(body), bytes(16))
    proof = hashlib.md5(start + body + SECRET).digest()  # noqa: S324  RFC 2866
    return HEADER.pack(4, number, 20 + len(body), proof) + body


def mac(user: str) -> bytes:
    digits = hashlib.sha256(user.encode()).hexdigest()[:10]
    return ("02-" + "-".join(digits[at : at + 2] for at in range(0, 10, 2))).encode()


def read(packet: bytes) -> dict[int, bytes]:
    found, at = {}, 20
    while at + 2 <= len(packet):
        found[packet[at]] = packet[at + 2 : at + packet[at + 1]]
        at += max(2, packet[at + 1])
    return found


async def drive(
    server: radius.Radius,
    count: int,
    devices: int,
    *,
    pace: float = 0.0,
    window: int = 200,
    accounting: bool = False,
) -> Tally:
    """Authenticate ``count`` devices: paced, or ``window`` at once."""
    loop, tally, gate = asyncio.get_running_loop(), Tally(), asyncio.Semaphore(window)
    knockers: list[Knocker] = []
    for _socket in range(4):
        _transport, knocker = await loop.create_datagram_endpoint(
            Knocker, local_addr=("127.0.0.1", 0)
        )
        knockers.append(knocker)
    began = loop.time() + 0.2

    async def one(rank: int) -> None:
        device = rank % devices
        user, site, knocker = f"{device}@{REALM}", device % SCHOOLS, knockers[rank % 4]
        planned = began + rank * pace
        await asyncio.sleep(max(0.0, planned - loop.time()))
        async with gate:
            since = planned if pace else loop.time()
            packet = await knocker.ask(
                lambda number: access_request(number, user, site), server.auth_port
            )
            if packet is None:
                tally.lost += 1
                return
            tally.latencies.append(loop.time() - since)
            told = read(packet)
            if packet[0] != 2 or told.get(81, b"").lstrip(b"\0") != str(VLAN).encode():
                tally.wrong += 1
            elif accounting:
                classes = told[25]
                answer = await knocker.ask(
                    lambda number: accounting_start(number, user, site, classes),
                    server.acct_port,
                )
                tally.lost += answer is None

    await asyncio.gather(*(one(rank) for rank in range(count)))
    for knocker in knockers:
        knocker.transport.close()
    return tally


def eap_runs(server: radius.Radius, count: int, parallel: int) -> Tally:
    """Whole PEAP-MSCHAPv2 authentications, each a process of ``eapol_test``."""
    tally = Tally()
    if shutil.which("eapol_test") is None:
        print("EAP     skipped: eapol_test is not on this machine (Debian: eapoltest)")
        return tally
    folder = server.home / "eap"
    folder.mkdir()

    def one(rank: int) -> None:
        path = folder / f"{rank}.conf"
        path.write_text(
            f'network={{\n ssid="preau"\n key_mgmt=WPA-EAP\n eap=PEAP\n'
            f' identity="{rank}@{REALM}"\n anonymous_identity="anonymous@{REALM}"\n'
            f' password="le-secret-de-l-appareil"\n phase2="auth=MSCHAPV2"\n'
            f' ca_cert="{server.home}/certs/root.pem"\n}}\n'
        )
        began = time.monotonic()
        done = subprocess.run(
            ["eapol_test", "-c", str(path), "-p", str(server.auth_port), "-s", SECRET.decode(),
             "-t", "15", "-N", f"32:s:site-{rank % SCHOOLS}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        tally.latencies.append(time.monotonic() - began)
        tally.wrong += done.returncode != 0

    began = time.monotonic()
    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(one, range(count)))
    took = time.monotonic() - began
    print(f"EAP     {count} PEAP runs, {parallel} at once: {count / took:.1f}/s; {told(tally)}")
    return tally


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
