"""``./preau bench register``: a register with broken rows, previewed, applied, and again.

Makes up a register of so many sites, breaks some of its rows in every way there is, and brings it
through the real import into a PostgreSQL of its own. Prints seconds and queries per phase. Exit
code 1 when a promise is not kept: a good row lost, a bad one unlisted, a second run that changes
something.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from deploy.settings import env

WITHIN_S = 20.0
"""What preview and import of 4,500 sites may take together."""
NOT_FASE, MUNICIPALITY, NETWORK, LEVEL, NAME, POSTCODE, MISSING, SHIFTED, CONTRADICTION = range(9)


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench register", description=__doc__)
    parser.add_argument("--sites", type=int, default=4500)
    parser.add_argument("--broken", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with _database(folder):
            return _Bench(options.sites, options.broken, options.seed).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """A PostgreSQL of its own, migrated; Django is set up on it."""
    from deploy.station import paths, postgres  # noqa: PLC0415

    os.environ.update(
        PREAU_HOME=str(folder),
        DATABASE_URL=paths.database_url(folder),
        DJANGO_SETTINGS_MODULE="deploy.settings.dev",
    )
    cluster = postgres.Cluster(folder)
    with postgres.running(cluster):
        postgres.ensure_database(cluster)
        import django  # noqa: PLC0415  the settings are those above
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def broken(rows: list[list[str]], heads: list[str], count: int, random: Random) -> list[int]:
    """Break ``count`` rows in place, every way by turns; the indexes of all rows concerned."""
    at = {head: place for place, head in enumerate(heads)}
    sites: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        sites.setdefault(row[at["ndeg_fase_de_l_implantation"]], []).append(index)
    alone = [indexes[0] for indexes in sites.values() if len(indexes) == 1]
    pairs = [indexes for indexes in sites.values() if len(indexes) == 2]
    random.shuffle(alone)
    random.shuffle(pairs)
    hurt: list[int] = []
    ways = iter(range(10**6))
    while len(hurt) < count:
        way = next(ways) % 9
        if way == CONTRADICTION and len(hurt) + 2 <= count and pairs:
            pair = pairs.pop()
            rows[pair[1]][at["adresse_de_l_implantation"]] = "Rue de l’Autre Monde 1"
            hurt += pair
        elif way != CONTRADICTION:
            index = alone.pop() if alone else pairs.pop()[0]
            _break(rows[index], at, way)
            hurt.append(index)
    return sorted(hurt)


def _break(row: list[str], at: dict[str, int], way: int) -> None:
    changes = {
        NOT_FASE: ("ndeg_fase_de_l_implantation", "12-345"),
        MUNICIPALITY: ("commune_de_l_implantation", "Nulle-Part-les-Eaux"),
        NETWORK: ("reseau", "Libre"),
        LEVEL: ("niveau", "Intermédiaire"),
        NAME: ("nom_de_l_etablissement", "École " * 50),
        POSTCODE: ("code_postal_de_l_implantation", "59A0"),
        MISSING: ("nom_du_po", ""),
    }
    if way == LEVEL:
        row[at["type_d_enseignement"]] = "Ordinaire"  # “spécialisé” says enough without a level
    if way in changes:
        column, value = changes[way]
        row[at[column]] = value
    else:
        row.insert(3, "une cellule de trop")


class _Bench:
    def __init__(self, sites: int, bad: int, seed: int) -> None:
        from deploy.lab.fiction.files import FWB, register_rows  # noqa: PLC0415
        from deploy.lab.fiction.load import load_towns  # noqa: PLC0415
        from deploy.lab.fiction.region import make_region  # noqa: PLC0415

        began = time.perf_counter()
        # 4 % are no schools and 2 % German-speaking: make enough for the FWB's file alone
        region = make_region(round(sites / 0.94) + 1, seed)
        rows = register_rows(region)
        self.heads, self.kept = list(FWB), True
        numbers = list(dict.fromkeys(row[5] for row in rows))[:sites]
        rows = [row for row in rows if row[5] in set(numbers)]
        self.sites = len(numbers)
        self.hurt = broken(rows, self.heads, bad, Random(seed))  # noqa: S311
        self.rows = rows
        load_towns(region)
        print(
            f"{self.sites} sites in {len(rows)} rows, {len(self.hurt)} of them broken "
            f"(made in {time.perf_counter() - began:.1f} s)"
        )

    def content(self) -> bytes:
        """The file as it would be sent."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(self.heads)
        writer.writerows(self.rows)
        return out.getvalue().encode("utf-8-sig")

    def run(self) -> int:
        """Preview, apply; the same file again; the file with every address changed."""
        first = self._cycle("first run", self.content())
        self._say("every broken row is listed", self._listed(first))
        self._say("nothing else is refused", first.counts["refused_rows"] == len(self.hurt))
        self._say("every good site stands", self._standing())
        print(f"  load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        self._say(f"within {WITHIN_S:.0f} s", self.seconds <= WITHIN_S * max(self.sites / 4500, 1))
        again = self._cycle("the same file", self.content())
        self._say("a second run changes nothing", again.counts["to_write"] == 0)
        place = self.heads.index("adresse_de_l_implantation")
        hurt = set(self.hurt)
        for index, row in enumerate(self.rows):
            if index not in hurt:
                row[place] = f"{row[place]} bis"
        changed = self._cycle("every address changed", self.content())
        self._say(
            "every site changes", changed.counts["objects"]["changed"]["site"] == self._open_sites()
        )
        print("every promise kept" if self.kept else "a promise was NOT kept")
        return 0 if self.kept else 1

    def _cycle(self, title: str, content: bytes) -> Any:
        from django.utils import timezone  # noqa: PLC0415

        from schools.actions.apply_import import apply_import  # noqa: PLC0415
        from schools.actions.confirm_import import confirm_import  # noqa: PLC0415
        from schools.actions.read_import import read_import  # noqa: PLC0415
        from schools.actions.start_import import start_import  # noqa: PLC0415

        print(title)
        self.seconds = 0.0
        run = start_import(None, "register", io.BytesIO(content), "fwb.csv", timezone.localdate())
        found = self._measured("preview", lambda: read_import(run.pk))
        counts = found.counts
        print(f"    {counts['outcomes']}, {counts['unchanged']} unchanged")
        if counts["to_write"]:
            confirm_import(None, found.pk, found.fingerprint)
            found = self._measured("apply", lambda: apply_import(run.pk))
            self._say("it is applied", found.state == "applied")
        return found

    def _measured(self, what: str, work: Callable[[], Any]) -> Any:
        """Do it, with seconds and queries; the log of queries is bounded, so they are counted."""
        from django.db import connection  # noqa: PLC0415

        count = 0

        def tally(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        began, busy = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(tally):
            found = work()
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        self.seconds += seconds
        print(f"  {what:<10}{seconds:6.2f} s ({busy:.2f} s of CPU) {count:5d} queries", flush=True)
        return found

    def _listed(self, run: Any) -> bool:
        lines = set(
            run.findings.filter(outcome="refused").values_list("line", flat=True).distinct()
        )
        return lines == {index + 2 for index in self.hurt}

    def _standing(self) -> bool:
        hurt = set(self.hurt)
        whole = {row[5] for index, row in enumerate(self.rows) if index not in hurt}
        return self._open_sites() == len(whole)

    def _open_sites(self) -> int:
        from schools.models import Site  # noqa: PLC0415

        return Site.objects.open().count()

    def _say(self, promise: str, kept: bool) -> None:
        self.kept = self.kept and kept
        print(f"  {'ok ' if kept else 'NOT'} {promise}", flush=True)


if __name__ == "__main__":
    os.chdir(env.ROOT)
    sys.exit(main(sys.argv[1:]))
