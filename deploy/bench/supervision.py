"""``./preau bench supervision``: what polling costs, from the claim to the committed rows.

10,000 devices on loopback, 80 % asked for 10 values in one GET, 20 % walked (24 ports × 8
columns), by the code that polls schools, into a PostgreSQL of its own. Prints devices per second
and CPU-seconds per 1,000 devices, split into reading (claim, questions, packets, decoding),
judging, writing (the Python side) and PostgreSQL (all of its processes); medians of the rounds.

The yardstick: prometheus-snmp-exporter 0.21 spends 0.213 CPU-seconds per 1,000 such GETs and
1.87 per 1,000 walks of twice as many ports for *collecting alone*; 0.8 × 0.213 + 0.2 × 1.87
= 0.544.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PEER = 0.8 * 0.213 + 0.2 * 1.87
PEER_HALVED = 0.8 * 0.213 + 0.2 * 1.87 / 2
TICK = os.sysconf("SC_CLK_TCK")

GET_PROFILE = """
labels = { fr = "Banc", de = "Prüfstand", en = "Bench" }
[checks.response]
metric = "rtt_ms"
labels = { fr = "réponse", de = "Antwort", en = "response" }
degraded = { above = 30000, clear = 20000 }
[checks.errors]
metric = "m3"
labels = { fr = "erreurs", de = "Fehler", en = "errors" }
degraded = { above = 1e18, clear = 1e17 }
"""
GET_OIDS = (
    "1.3.6.1.2.1.2.2.1.10.1", "1.3.6.1.2.1.2.2.1.16.1", "1.3.6.1.2.1.2.2.1.14.1",
    "1.3.6.1.2.1.2.2.1.20.1", "1.3.6.1.2.1.31.1.1.1.6.1", "1.3.6.1.2.1.31.1.1.1.10.1",
    "1.3.6.1.2.1.2.2.1.8.1", "1.3.6.1.2.1.1.7.0", "1.3.6.1.2.1.2.1.0",
)  # fmt: skip
"""Nine, and sysUpTime: ten values."""


@dataclass(frozen=True)
class Round:
    """CPU-seconds of one pass over all devices, and its wall clock."""

    devices: int
    wall_s: float
    read_s: float
    judge_s: float
    write_s: float
    postgres_s: float

    @property
    def total_s(self) -> float:
        return self.read_s + self.judge_s + self.write_s + self.postgres_s

    def per_thousand(self, seconds: float) -> float:
        return seconds * 1000 / self.devices


def main(words: list[str]) -> int:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="./preau bench supervision")
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--smoke", action="store_true", help="small and quick: for the tests")
    parser.add_argument("--profile", metavar="FILE", help="write a cProfile of the last round")
    options = parser.parse_args(words)
    if options.smoke:
        options.devices, options.rounds = 200, 1
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with _database(folder) as postmaster, _agents(folder) as port:
            _prepare(folder, options.devices, port)
            rounds = [_round(options.devices, postmaster) for _ in range(options.rounds)]
            if options.profile:
                _profiled(options.profile, options.devices, postmaster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _print(rounds)


@contextmanager
def _database(folder: Path) -> Iterator[int]:
    """A cluster of our own, as durable as the real one; yields the server's process."""
    from deploy.station import postgres  # noqa: PLC0415

    cluster = postgres.Cluster(folder)
    postgres.start(cluster)
    try:
        postgres.ensure_database(cluster)
        os.environ["DATABASE_URL"] = cluster.url()
        os.environ["PREAU_HOME"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings.dev"
        pid = postgres.server_pid(cluster)
        assert pid is not None
        yield pid
    finally:
        postgres.stop(cluster)


@contextmanager
def _agents(folder: Path, port: int = 0) -> Iterator[int]:
    """The replay agent in a process of its own; its CPU is not counted."""
    import socket  # noqa: PLC0415

    if not port:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    agent = subprocess.Popen(
        [sys.executable, "-m", "deploy.bench.agent", "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert agent.stdout is not None
        line = agent.stdout.readline()
        if not line.startswith("ready"):
            raise RuntimeError(f"the agent did not start: {line!r}")
        yield port
    finally:
        agent.send_signal(signal.SIGTERM)
        agent.wait(10)


def _prepare(folder: Path, devices: int, port: int) -> None:
    """Migrate, write the two profiles, load the devices, and reach the steady state."""
    profiles = folder / "profiles"
    profiles.mkdir()
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from supervision.snmp import profile  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    metrics = "".join(
        f'[metrics.m{n}]\noid = "{oid}"\nlabels = {{ fr = "m", de = "m", en = "m" }}\n'
        for n, oid in enumerate(GET_OIDS, start=1)
    )
    shutil.copy(profile.FOLDER / "generic.toml", profiles)
    (profiles / "bench_get.toml").write_text(GET_PROFILE + metrics)
    (profiles / "bench_walk.toml").write_text(
        'extends = "generic"\nneighbours_every = 0\n'
        'labels = { fr = "Banc", de = "Prüfstand", en = "Bench" }\n'
    )
    profile.FOLDER = profiles
    profile.profiles.cache_clear()
    _load(devices, port)
    _poll_all(devices)
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:  # as after twenty good readings
        cursor.execute("UPDATE supervision_check SET readings = 20, history = 0")
        cursor.execute("VACUUM ANALYZE")


def _load(devices: int, port: int) -> None:
    """Twenty schools with both consents; every fifth device is a switch to walk."""
    import datetime as dt  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from inventory.models import Category, Device, Product  # noqa: PLC0415
    from schools.models import Authority, Consent, ConsentKind, School, Site  # noqa: PLC0415
    from supervision.models import CredentialSet, Target  # noqa: PLC0415
    from supervision.snmp.contract import Community  # noqa: PLC0415

    product = Product.objects.create(maker="Bench", model="1", category=Category.SWITCH)
    keys = CredentialSet(name="bench")
    keys.store(Community("public"))
    keys.save()
    given = dt.date(2025, 1, 1)
    sites = []
    for n in range(20):
        authority = Authority.objects.create(name=f"PO {n}", network="wbe")
        school = School.objects.create(authority=authority, name=f"E {n}", number=f"{n:05d}")
        for kind, holder in (
            (ConsentKind.ASSISTANCE, {"authority": authority}),
            (ConsentKind.SUPERVISION, {"school": school}),
        ):
            Consent.objects.create(kind=kind, given_on=given, signed_by="bench", **holder)
        sites.append(Site.objects.create(school=school, name=f"S {n}", province="namur"))
    made = Device.objects.bulk_create(
        Device(site=sites[n % 20], product=product, name=f"D{n}") for n in range(devices)
    )
    Target.objects.bulk_create(
        Target(
            device=device,
            site=device.site,
            address=f"127.{24 if n % 5 == 0 else 10}.{n // 250}.{1 + n % 250}",
            port=port,
            credential_set=keys,
            profile="bench_walk" if n % 5 == 0 else "bench_get",
            next_poll_at=timezone.now(),
        )
        for n, device in enumerate(made)
    )


def _poll_all(devices: int) -> tuple[float, float, float, float]:
    """Poll everything once, as a worker does: (claim, read, judge, write) in CPU-seconds."""
    from django.utils import timezone  # noqa: PLC0415

    from supervision.actions import poll, record_readings  # noqa: PLC0415
    from supervision.actions.claim_due import claim_due  # noqa: PLC0415
    from supervision.models import Target  # noqa: PLC0415

    poll.perf_counter = record_readings.perf_counter = time.process_time  # type: ignore[attr-defined]
    Target.objects.update(next_poll_at=timezone.now())
    claimed = read = judged = written = 0.0
    done = answered = 0
    while done < devices:
        began = time.process_time()
        targets = claim_due(timezone.now())
        claimed += time.process_time() - began
        if not targets:
            raise RuntimeError(f"only {done} of {devices} devices were due")
        report = poll.poll_batch(targets)
        read, judged, written = (
            read + report.read_s, judged + report.judge_s, written + report.write_s,
        )  # fmt: skip
        done += report.asked
        answered += report.answered
    if answered != devices:
        raise RuntimeError(f"{devices - answered} of {devices} devices did not answer")
    return claimed, read, judged, written


def _round(devices: int, postmaster: int) -> Round:
    from django.utils import timezone  # noqa: PLC0415

    from supervision.models import Target  # noqa: PLC0415

    Target.objects.update(next_poll_at=timezone.now())
    before, began = _cpu_of_server(postmaster), time.perf_counter()
    claimed, read, judged, written = _poll_all(devices)
    wall = time.perf_counter() - began
    server = _cpu_of_server(postmaster) - before
    return Round(devices, wall, claimed + read, judged, written, server)


def _cpu_of_server(postmaster: int) -> float:
    """CPU-seconds of a PostgreSQL server: its processes, and those that ended."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == postmaster:
            total += sum(map(int, fields[11:15])) / TICK  # with its children that ended
        elif int(fields[1]) == postmaster:
            total += sum(map(int, fields[11:13])) / TICK
    return total


def _profiled(file: str, devices: int, postmaster: int) -> None:
    import cProfile  # noqa: PLC0415

    profiler = cProfile.Profile()
    profiler.runcall(_round, devices, postmaster)
    profiler.dump_stats(file)


def _print(rounds: list[Round]) -> int:
    def middle(values: Iterator[float]) -> float:
        return statistics.median(values)

    devices = rounds[0].devices
    print(_machine())
    print(f"{devices} devices, 80 % GET of 10 values, 20 % walks of 24 ports × 8 columns; "
          f"medians of {len(rounds)} rounds")  # fmt: skip
    print(f"devices/s, one worker   {middle(r.devices / r.wall_s for r in rounds):10.0f}")
    print("CPU-seconds per 1,000 devices")
    parts = ("read", "judge", "write", "postgres", "total")
    for part in parts:
        values = [r.per_thousand(getattr(r, f"{part}_s")) for r in rounds]
        spread = f"({min(values):.3f} to {max(values):.3f})"
        print(f"  {part:<20}{statistics.median(values):10.3f}  {spread}")
    print(f"  {'peer, collection':<20}{PEER:10.3f}  (its walks: 48 ports)")
    print(f"  {'peer, walks halved':<20}{PEER_HALVED:10.3f}  (as if 24 ports cost it half)")
    return 0


def _machine() -> str:
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0]
    return (
        f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}, load {load:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
