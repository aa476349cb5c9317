"""``./preau bench supervision``: what polling costs, from the claim to the committed rows.

10,000 devices on loopback, 80 % asked for 10 values in one GET, 20 % walked (24 ports × 8
columns), by the code that polls schools, into a PostgreSQL of its own. Prints devices per second
and CPU-seconds per 1,000 devices, split into reading (claim, questions, packets, decoding),
judging, writing (the Python side) and PostgreSQL (all of its processes, until the next round
begins); medians of the rounds.

The yardstick is prometheus-snmp-exporter, where it is installed (``deploy.bench.peer``): after
each of our rounds it reads the same OIDs of the first 2,000 of these devices (the same mix, and
its cost per device is constant), which is *collecting alone*. ``--no-peer`` leaves it out.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.bench import peer
from deploy.bench.agent import COMMUNITY

BUDGET_S = 140.0
"""No round begins this long after the start: the whole ends within three minutes, even on a busy
machine."""
PEER_DEVICES = 2000
NAMUR = "92094"  # NIS code
PORTS = 24
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


Asking = Callable[[], peer.Pass | None]
"""Asks the peer for its sample once; None where there is no peer."""


@dataclass(frozen=True)
class Round:
    """CPU-seconds of one pass over all devices, and its wall clock."""

    devices: int
    wall_s: float
    read_s: float
    judge_s: float
    write_s: float
    postgres_s: float
    peer: peer.Pass | None = None

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
    parser.add_argument(
        "--peer",
        action=argparse.BooleanOptionalAction,
        help=f"compare with {peer.PROGRAM}; default: where it is installed",
    )
    parser.add_argument("--profile", metavar="FILE", help="write a cProfile of the last round")
    options = parser.parse_args(words)
    if options.peer and peer.program() is None:
        parser.error(peer.ABSENT)
    compared = options.peer is not False and peer.program() is not None
    if options.smoke:
        options.devices, options.rounds = 200, 1
    began = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with _database(folder) as postmaster, _agents(folder) as port:
            _prepare(folder, options.devices, port)
            with _peer(folder, options.devices, port, wanted=compared) as ask_peer:
                rounds = _rounds(options, postmaster, ask_peer, began)
            if options.profile:
                _profiled(options.profile, options.devices, postmaster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(rounds)
    if not compared and options.peer is None:
        print(peer.ABSENT)
    return 0


def _rounds(
    options: argparse.Namespace, postmaster: int, ask_peer: Asking, began: float
) -> list[Round]:
    """Ours, the peer, ours, the peer …: at least one of each, no more once BUDGET_S is spent."""
    rounds: list[Round] = []
    while not rounds or (len(rounds) < options.rounds and time.perf_counter() - began < BUDGET_S):
        rounds.append(_round(options.devices, postmaster, ask_peer))
    return rounds


@contextmanager
def _peer(folder: Path, devices: int, port: int, *, wanted: bool) -> Iterator[Asking]:
    """The exporter, warmed up; yields what asks it for its sample (None where not wanted)."""
    if not wanted:
        yield lambda: None
        return
    from supervision.actions.ask import plan_of  # noqa: PLC0415

    modules = []
    for key in ("bench_get", "bench_walk"):
        plan = plan_of(key, neighbours=False)
        modules.append(peer.Module(key, plan.get, plan.walk, PORTS))
    sample = [(f"{_address(n)}:{port}", _profile(n)) for n in range(min(devices, PEER_DEVICES))]
    with peer.running(folder, modules, COMMUNITY) as exporter:
        peer.ask(exporter, sample)
        yield lambda: peer.ask(exporter, sample)


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
    keys.store(Community(COMMUNITY))
    keys.save()
    given = dt.date(2025, 1, 1)
    sites = []
    for n in range(20):
        authority = Authority.objects.create(name=f"PO {n}")
        school = School.objects.create(
            authority=authority, name=f"E {n}", number=f"{n:05d}", network="wbe"
        )
        for kind, holder in (
            (ConsentKind.ASSISTANCE, {"authority": authority}),
            (ConsentKind.SUPERVISION, {"school": school}),
        ):
            Consent.objects.create(kind=kind, given_on=given, signed_by="bench", **holder)
        sites.append(Site.objects.create(school=school, name=f"S {n}", municipality_id=NAMUR))
    made = Device.objects.bulk_create(
        Device(site=sites[n % 20], product=product, name=f"D{n}") for n in range(devices)
    )
    Target.objects.bulk_create(
        Target(
            device=device,
            site=device.site,
            address=_address(n),
            port=port,
            credential_set=keys,
            profile=_profile(n),
            next_poll_at=timezone.now(),
        )
        for n, device in enumerate(made)
    )


def _address(n: int) -> str:
    """Of the n-th device: the agent gives those of 127.24 as many ports."""
    return f"127.{PORTS if n % 5 == 0 else 10}.{n // 250}.{1 + n % 250}"


def _profile(n: int) -> str:
    return "bench_walk" if n % 5 == 0 else "bench_get"


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


def _round(devices: int, postmaster: int, ask_peer: Asking) -> Round:
    """One round of ours, then one of the peer. What PostgreSQL still does meanwhile is ours."""
    from django.utils import timezone  # noqa: PLC0415

    from supervision.models import Target  # noqa: PLC0415

    Target.objects.update(next_poll_at=timezone.now())
    before, began = _cpu_of_server(postmaster), time.perf_counter()
    claimed, read, judged, written = _poll_all(devices)
    wall = time.perf_counter() - began
    theirs = ask_peer()
    server = _cpu_of_server(postmaster) - before
    return Round(devices, wall, claimed + read, judged, written, server, theirs)


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
    profiler.runcall(_round, devices, postmaster, lambda: None)
    profiler.dump_stats(file)


def _print(rounds: list[Round]) -> None:
    devices = rounds[0].devices
    passes = [(r, r.peer) for r in rounds if r.peer is not None]
    print(_machine())
    print(f"{devices} devices, 80 % GET of 10 values, 20 % walks of {PORTS} ports × 8 columns; "
          f"medians of {len(rounds)} rounds")  # fmt: skip
    print(f"devices/s, one worker   {_middle(r.devices / r.wall_s for r in rounds):10.0f}")
    print("CPU-seconds per 1,000 devices")
    for part in ("read", "judge", "write", "postgres", "total"):
        _line(part, [r.per_thousand(getattr(r, f"{part}_s")) for r in rounds])
    if not passes:
        return
    sample = passes[0][1]
    print(f"{peer.PROGRAM} on {peer.cores()} core, in turn with ours: "
          f"{sample.devices} of these devices, {sample.samples} values, all checked")  # fmt: skip
    print(f"devices/s, peer         {_middle(p.devices / p.wall_s for _, p in passes):10.0f}")
    _line("peer, collection", [p.per_thousand for _, p in passes])
    print("peer's collection ÷ ours, round by round")
    _line("÷ our reading", [p.per_thousand / r.per_thousand(r.read_s) for r, p in passes])
    _line("÷ our whole", [p.per_thousand / r.per_thousand(r.total_s) for r, p in passes])


def _line(title: str, values: list[float]) -> None:
    spread = f"({min(values):.3f} to {max(values):.3f})"
    print(f"  {title:<20}{_middle(values):10.3f}  {spread}")


def _middle(values: Iterable[float]) -> float:
    return statistics.median(values)


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
