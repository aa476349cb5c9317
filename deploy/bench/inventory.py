"""``./preau bench inventory``: a file of devices, previewed, applied, and again; bulk calls.

Makes up a Region and a file of so many devices, breaks some rows in every way there is, and brings
it through the real import into a PostgreSQL of its own. Prints seconds, queries and the peak of
memory per phase; then the API with 1,000 devices, and the pages at that scale. With ``--peer
FOLDER`` (of an installed NetBox) the same 1,000 devices go through NetBox's REST API in the same
run. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from deploy.bench.register import _database as own_database
from deploy.settings import env

WITHIN_S = 180.0
"""What preview and import of 150,000 devices may take together."""
WITHIN_MB = 600
HEAD = {
    "serial": 0, "mac": 2, "name": 3, "site": 5, "maker": 7, "model": 8, "type": 9, "state": 10,
    "installed": 13,
}  # fmt: skip
BREAKS: tuple[tuple[str, str], ...] = (
    ("site", "12-345"),
    ("site", "999999"),
    ("mac", "zz:zz"),
    ("state", "en vadrouille"),
    ("installed", "31/02/2026"),
    ("name", "N" * 61),
    ("maker", ""),
    ("name", ""),
    ("serial", "TWICE"),
)


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench inventory", description=__doc__)
    parser.add_argument("--devices", type=int, default=150_000)
    parser.add_argument("--sites", type=int, default=3500)
    parser.add_argument("--broken", type=int, default=200)
    parser.add_argument("--bulk", type=int, default=1000, help="devices of one call of the API")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", type=Path, help="folder of an installed NetBox")
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            bench = _Bench(options.sites, options.devices, options.broken, options.seed)
            kept = bench.run()
            from deploy.bench import inventory_calls  # noqa: PLC0415  Django is set up now

            ours = inventory_calls.measure(options.bulk)
            inventory_calls.pages()
        if options.peer:
            from deploy.bench import inventory_peer  # noqa: PLC0415

            inventory_peer.compare(ours, options.peer, options.bulk)
        print("every promise kept" if kept else "a promise was NOT kept")
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def broken(rows: list[list[str]], count: int, random: Random) -> list[int]:
    """Break ``count`` rows in place, every way by turns; their indexes."""
    hurt = sorted(random.sample(range(len(rows)), count))
    for turn, index in enumerate(hurt):
        column, value = BREAKS[turn % len(BREAKS)]
        rows[index][HEAD[column]] = value
    return hurt


class _Bench:
    def __init__(self, sites: int, devices: int, bad: int, seed: int) -> None:
        from deploy.lab.fiction.devices import device_rows, places  # noqa: PLC0415
        from deploy.lab.fiction.load import load_region  # noqa: PLC0415
        from deploy.lab.fiction.region import make_region  # noqa: PLC0415

        began = time.perf_counter()
        load_region(make_region(sites, seed), seed=seed)
        sites_there = places()
        self.rows = list(device_rows(sites_there, devices, seed))
        self.hurt = broken(self.rows, bad, Random(seed))  # noqa: S311
        self.kept = True
        print(
            f"{devices} devices at {len(sites_there)} sites, {bad} rows broken "
            f"(made in {time.perf_counter() - began:.1f} s)"
        )

    def run(self) -> bool:
        """Preview, apply; the same file again; the file with every state changed."""
        content = self._content()
        first = self._cycle("first run", content)
        self._say("every broken row is listed", self._listed(first))
        self._say("nothing else is refused", first.counts["refused_rows"] == len(self.hurt))
        self._say("every good device stands", self._standing())
        limit = WITHIN_S * max(len(self.rows) / 150_000, 0.2)
        self._say(f"within {limit:.0f} s", self.seconds <= limit)
        self._say(f"memory within {WITHIN_MB} MB more than before", self.more_mb <= WITHIN_MB)
        again = self._cycle("the same file", content)
        self._say("a second run changes nothing", again.counts["to_write"] == 0)
        hurt = set(self.hurt)
        for index, row in enumerate(self.rows):
            if index not in hurt:
                row[HEAD["state"]] = "in Reparatur" if row[HEAD["state"]] != "prêté" else "en stock"
        changed = self._cycle("every state changed", self._content())
        self._say("most devices change", changed.counts["to_write"] > 0.9 * len(self.rows) - 200)
        print(f"  load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        return self.kept

    def _content(self) -> bytes:
        from deploy.lab.fiction.devices import HEADS  # noqa: PLC0415

        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(HEADS)
        writer.writerows(self.rows)
        return out.getvalue().encode("utf-8-sig")

    def _cycle(self, title: str, content: bytes) -> Any:
        from django.utils import timezone  # noqa: PLC0415

        from schools.actions.apply_import import apply_import  # noqa: PLC0415
        from schools.actions.confirm_import import confirm_import  # noqa: PLC0415
        from schools.actions.read_import import read_import  # noqa: PLC0415
        from schools.actions.start_import import start_import  # noqa: PLC0415

        print(f"{title} ({len(content) / 1e6:.0f} MB)")
        self.seconds, before = 0.0, peak_mb()
        made = {"create_products": True, "create_rooms": True}
        day = timezone.localdate()
        run = start_import(None, "devices", io.BytesIO(content), "materiel.csv", day, options=made)
        found = self._measured("preview", lambda: read_import(run.pk))
        if found.state != "previewed":
            raise SystemExit(found.failure)
        print(f"    {found.counts['outcomes']}, {found.counts['unchanged']} unchanged")
        if found.counts["to_write"]:
            confirm_import(None, found.pk, found.fingerprint)
            found = self._measured("apply", lambda: apply_import(run.pk))
            self._say("it is applied", found.state == "applied")
        self.more_mb = peak_mb() - before
        print(f"  peak of memory {peak_mb():.0f} MB, {self.more_mb:.0f} more than before")
        return found

    def _measured(self, what: str, work: Callable[[], Any]) -> Any:
        found, seconds, queries = counted(work)
        self.seconds += seconds
        each = 1000 * seconds / len(self.rows)
        print(f"  {what:<10}{seconds:7.2f} s {queries:5d} queries {each:7.3f} ms/row", flush=True)
        return found

    def _listed(self, run: Any) -> bool:
        lines = set(
            run.findings.filter(outcome="refused").values_list("line", flat=True).distinct()
        )
        return lines == {index + 2 for index in self.hurt}

    def _standing(self) -> bool:
        from inventory.models import Device  # noqa: PLC0415

        return Device.objects.count() == len(self.rows) - len(self.hurt)

    def _say(self, promise: str, kept: bool) -> None:
        self.kept = self.kept and kept
        print(f"  {'ok ' if kept else 'NOT'} {promise}", flush=True)


def counted(work: Callable[[], Any], slow_s: float = 2.0) -> tuple[Any, float, int]:
    """(what it gave, seconds, queries). Statements slower than ``slow_s`` are printed: a COPY is
    none of them, and what PostgreSQL does at commit (seals of the journal) is told by the rest."""
    from django.db import connection  # noqa: PLC0415

    count = 0

    def tally(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if (taken := time.perf_counter() - begun) > slow_s:
                print(f"    {taken:7.2f} s  {' '.join(str(sql).split())[:90]}", flush=True)

    began = time.perf_counter()
    with connection.execute_wrapper(tally):
        found = work()
    return found, time.perf_counter() - began, count


def peak_mb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    os.chdir(env.ROOT)
    sys.exit(main(sys.argv[1:]))
