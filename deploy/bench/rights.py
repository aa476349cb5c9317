"""``./preau bench rights``: the last units of rights under a rush, a year released, a simulation.

Makes up a Region of so many sites in a PostgreSQL of its own, adopts a formula, releases two
years, simulates another formula beside it, lets so many attempts reserve the last units of a few
rights over real connections, and recounts the ledger. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from deploy.bench.register import _database as own_database

SIMULATED_WITHIN_S = 5.0
RELEASED_WITHIN_S = 30.0
CONTENT: dict[str, Any] = {
    "amount": {"minimum": "250", "threshold": 20, "per_pupil": "16.67"},
    "levels": {"specialise": "1.5"},
    "criteria": [
        {
            "fact": "ise",
            "among": ["1", "2", "3a", "3b", "4", "5"],
            "coefficient": "1.25",
            "label": "Encadrement différencié",
        },
        {"fact": "never_awarded", "coefficient": "1.10", "label": "Jamais servie"},
    ],
    "release": [{"share": "1", "on": "09-01"}] * 4,
    "floor": "0.9",
    "pooling": True,
}


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench rights", description=__doc__)
    parser.add_argument("--sites", type=int, default=3500)
    parser.add_argument("--attempts", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            bench = _Bench(options.sites, options.seed)
            bench.release()
            bench.simulate()
            bench.rush(options.attempts, options.threads)
            bench.recount()
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("every promise kept" if bench.kept else "a promise was NOT kept")
        return 0 if bench.kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Bench:
    def __init__(self, sites: int, seed: int) -> None:
        from deploy.lab.fiction.load import load_region  # noqa: PLC0415  Django is set up now
        from deploy.lab.fiction.region import make_region  # noqa: PLC0415
        from schools.models import RoleKind, User  # noqa: PLC0415

        began = time.perf_counter()
        load_region(make_region(sites, seed), seed=seed)
        officer = User.objects.filter(roles__kind=RoleKind.OFFICER, roles__region=True).first()
        assert officer is not None
        self.officer, self.kept, self.seed = officer, True, seed
        print(f"a Region of {sites} sites (made in {time.perf_counter() - began:.1f} s)")

    def release(self) -> None:
        """Two school years for every site, and a second run of the last."""
        from inventory.grants.actions.rights.formulas import (  # noqa: PLC0415
            adopt_formula,
            save_draft,
            write_programme,
        )
        from inventory.grants.actions.rights.release import release_year  # noqa: PLC0415
        from schools.counts import last_year  # noqa: PLC0415

        first = last_year() - 1
        self.programme = write_programme(
            self.officer, code="bench", name="Essai", name_de="Test", first_year=first, years=4
        )
        draft = self.programme.formulas.get()
        draft = save_draft(self.officer, draft, CONTENT, "", draft.version)
        self.formula = adopt_formula(self.officer, draft, draft.version, _september(first))
        for year in (first, first + 1):
            moment = _september(year)
            done, seconds = _measured(
                partial(release_year, self.officer, self.programme, year, moment)
            )
            print(f"{year} released: {done.sites} rights, {done.amount} EUR in {seconds:.1f} s")
            self._say(f"within {RELEASED_WITHIN_S:.0f} s", seconds <= RELEASED_WITHIN_S)
        again = release_year(self.officer, self.programme, first + 1, _september(first + 1))
        self._say("a second run releases nothing more", not again.amount)

    def simulate(self) -> None:
        """Another formula on every site, beside the one in force."""
        from inventory.grants.actions.rights.formulas import (  # noqa: PLC0415
            draft_formula,
            save_draft,
        )
        from inventory.grants.rights_simulated import movers, simulation_of  # noqa: PLC0415

        draft = draft_formula(self.officer, self.programme)
        other = {**CONTENT, "amount": {"minimum": "600", "per_pupil": "15"}}
        draft = save_draft(self.officer, draft, other, "", draft.version)
        found, seconds = _measured(lambda: simulation_of(draft, self.formula))
        movers(found)
        print(
            f"simulated on {len(found.effects)} sites in {seconds:.2f} s: {found.gain.sites} gain, "
            f"{found.loss.sites} lose, {found.total} EUR a year"
        )
        self._say(f"within {SIMULATED_WITHIN_S:.0f} s", seconds <= SIMULATED_WITHIN_S)

    def rush(self, attempts: int, threads: int) -> None:
        """The last 1,500 euros of each of four rights, wanted many times over."""
        from deploy.bench.rights_race import race, sums  # noqa: PLC0415
        from inventory.grants.actions.rights import ledger  # noqa: PLC0415
        from inventory.grants.models.rights.ledger import DrawingRight  # noqa: PLC0415

        rights = DrawingRight.objects.filter(available__gt=2000).select_related("site__school")
        sites = [right.site for right in rights.order_by("pk")[:4]]
        for right in rights.order_by("pk")[:4]:
            most, cause = right.available - 1500, f"application:{800_000 + right.pk}"
            ledger.reserve(right.site, most, cause, f"first:{right.pk}", None, _now())
        before = sums(sites)
        done = race(sites, attempts, threads, self.seed)
        after = sums(sites)
        held = after["reserved"] + after["committed"] - before["reserved"]
        print(
            f"{done.attempts} attempts on {before['available']} EUR by {threads} threads in "
            f"{done.seconds:.1f} s: {done.granted} came through, {done.refused} refused"
        )
        for error in done.broken[:5]:
            print(f"    {error}")
        self._say("no error but refusals in words", not done.broken)
        self._say("never overdrawn", after["available"] >= 0 and held <= before["available"])
        self._say("what came through is what is held", held == done.amount)

    def recount(self) -> None:
        """Every balance from its entries."""
        from inventory.grants.actions.rights.recount import recount_rights  # noqa: PLC0415

        found, seconds = _measured(lambda: recount_rights(_now()))
        print(f"recounted {found.rights} rights, {found.entries} entries in {seconds:.2f} s")
        self._say("recomputed ledger equals balances", found.differences == [])

    def _say(self, promise: str, kept: bool) -> None:
        print(f"  {'ok ' if kept else 'NOT'} {promise}")
        self.kept = self.kept and kept


def _measured(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _now() -> Any:
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


def _september(year: int) -> dt.datetime:
    return dt.datetime(year, 9, 1, 8, tzinfo=dt.UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
