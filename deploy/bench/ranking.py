"""``./preau bench ranking``: 1,000 applications ranked, stored, made again, adopted.

Makes up schools, files and frozen reviews in a PostgreSQL of its own, computes the list, makes it
again from its stored inputs alone and once more from the database, then adopts it. Exit code 1 when
a promise is not kept: another hash, a budget overspent, a file without a decision.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
CRITERIA = (
    ("projet", "pedagogical", "Pédagogie", "Pädagogik", 40),
    ("reseau", "technical", "Technique", "Technik", 20),
    ("equite", "pedagogical", "Équité", "Chancengleichheit", 25),
    ("retour", "pedagogical", "Retour", "Rückgabe", 15),
)
GRID: dict[str, Any] = {
    "criteria": [
        {"key": key, "kind": kind, "label": {"fr": fr, "de": de}, "weight": str(w), "max_points": 5}
        for key, kind, fr, de, w in CRITERIA
    ],
    "pedagogical_threshold": 40,
    "technical_threshold": 40,
}
RANKING: dict[str, Any] = {
    "method": "greedy",
    "tie_breaks": ["pedagogical", "ise_class", "submitted_at"],
    "quota_percent": 20,
    "quota_ise_max": 5,
    "appeal_percent": 2,
}
PROVINCES = ("brabant-wallon", "hainaut", "liege", "luxembourg", "namur")


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench ranking", description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    from deploy.bench.register import _database as own_database  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            call, officer = populate(options.files, options.seed)
            kept = measure(call, officer)
        print("every promise kept" if kept else "a promise was NOT kept")
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(call: Any, officer: Any) -> bool:
    """Compute, make again, adopt; whether every promise was kept."""
    from django.utils import timezone  # noqa: PLC0415

    from inventory.grants.actions.review.adopt_ranking import adopt_ranking  # noqa: PLC0415
    from inventory.grants.actions.review.make_run import inputs_of, make_run, rerun  # noqa: PLC0415
    from inventory.grants.models.review.decisions import Decision  # noqa: PLC0415
    from inventory.grants.models.review.rankings import RankingRun  # noqa: PLC0415
    from inventory.grants.rules.review.inputs import fingerprint, read_rules  # noqa: PLC0415

    run = _timed("computed from the database and stored", lambda: make_run(officer, call, _now()))
    stored = RankingRun.objects.get(pk=run.pk)
    again = _timed("made again from its stored inputs", lambda: rerun(stored))
    fresh = _timed("inputs read again", lambda: fingerprint(inputs_of(call)))
    print(f"  {again.files} files, inputs {stored.inputs_sha256}")
    print(f"  list  {stored.result_sha256}\n  again {again.result_sha256}")
    funded = [row for row in stored.result if row["outcome"] in {"retained", "quota"}]
    spent = sum((Decimal(row["amount"]) for row in funded), Decimal(0))
    available = read_rules(stored.inputs["rules"]).available
    print(f"  {len(funded)} retained, {spent} of {available} EUR")
    made = _timed(
        "adopted: decisions and letters", lambda: adopt_ranking(officer, run.pk, {}, _now())
    )
    after = fingerprint(inputs_of(call))
    decided = Decision.objects.filter(application__call=call).count()
    print(f"  {len(made)} decisions; {timezone.localdate():%d/%m/%Y}")
    return (
        again.same
        and fresh == stored.inputs_sha256 == after
        and spent <= available
        and decided == len(stored.result)
    )


def _now() -> dt.datetime:
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


def _timed(what: str, step: Callable[[], T]) -> T:
    begin = time.perf_counter()
    found = step()
    print(f"{what}: {time.perf_counter() - begin:.2f} s")
    return found


def populate(files: int, seed: int = 1) -> tuple[Any, Any]:
    """A closed call with so many files, each judged two or three times; and an officer."""
    from inventory.grants.models.calls.published import Call  # noqa: PLC0415
    from schools.models import Role, RoleKind, User  # noqa: PLC0415

    random = Random(seed)  # noqa: S311  (a made-up Region, the same each time)
    officer = User.objects.create_user("bench@example.org", full_name="Odile Banc")
    Role.objects.create(user=officer, kind=RoleKind.OFFICER, region=True)
    sites = _places(files, random)
    call = _call(Decimal(files * 12_000))
    _files(call, sites, officer, random)
    return Call.objects.select_related("current").get(pk=call.pk), officer


def _places(count: int, random: Random) -> list[Any]:
    from deploy.lab.load.towns import fictitious_town  # noqa: PLC0415
    from schools.models import (  # noqa: PLC0415
        Authority,
        Headcount,
        IseClass,
        Network,
        School,
        Site,
    )

    authority = Authority.objects.create(name="PO du banc", fase_number="99999")
    towns = [fictitious_town("Marvelle", province) for province in PROVINCES]
    schools = School.objects.bulk_create(
        School(authority=authority, name=f"École {n}", number=f"7{n:05d}", network=Network.CECP)
        for n in range(count)
    )
    sites = Site.objects.bulk_create(
        Site(school=school, name=school.name, municipality=towns[n % len(towns)])
        for n, school in enumerate(schools)
    )
    Headcount.objects.bulk_create(
        Headcount(site=site, level="primaire", year=2026, pupils=random.randint(40, 900))
        for site in sites
    )
    IseClass.objects.bulk_create(
        IseClass(site=site, year=2025, value=str(random.randint(1, 20))) for site in sites
    )
    return sites


def _call(budget: Decimal) -> Any:
    from inventory.grants.models.calls.forms import FormVersion  # noqa: PLC0415
    from inventory.grants.models.calls.published import Call, CallVersion  # noqa: PLC0415

    now = _now()
    call = Call.objects.create(reference="AP-BANC-01")
    form = FormVersion.objects.create(call=call, number=1, content={"sections": []})
    version = CallVersion.objects.create(
        call=call,
        number=1,
        form=form,
        title_fr="Banc d’essai",
        opens_at=now - dt.timedelta(days=60),
        closes_at=now - dt.timedelta(days=2),
        budget=budget,
        grid=GRID,
        ranking=RANKING,
        uses_right=False,
        divergence_points=Decimal(40),
        published_at=now - dt.timedelta(days=60),
    )
    Call.objects.filter(pk=call.pk).update(state="published", current=version)
    call.refresh_from_db()
    return call


def _files(call: Any, sites: list[Any], officer: Any, random: Random) -> None:
    from inventory.grants.models.calls.applications import Application  # noqa: PLC0415

    now = _now()
    files = Application.objects.bulk_create(
        Application(
            call=call,
            version=call.current,
            form_id=call.current.form_id,
            site=site,
            reference=f"D-BANC-{n:05d}",
            title=f"Projet {n}",
            state="submitted",
            amount=Decimal(random.randint(80, 400)) * 100,
            submitted_at=now - dt.timedelta(days=3, minutes=n),
        )
        for n, site in enumerate(sites)
    )
    _reviews(call, files, random)


def _reviews(call: Any, files: list[Any], random: Random) -> None:
    """Three reviewers each, so that opinions are never equal; marks near one another."""
    from inventory.grants.models.review.appointments import Appointment  # noqa: PLC0415
    from inventory.grants.models.review.judgements import Assignment, Review  # noqa: PLC0415
    from schools.models import Role, RoleKind, User  # noqa: PLC0415

    now = _now()
    seats = []
    for n in range(12):
        person = User.objects.create_user(f"juge{n}@example.org", full_name=f"Juge {n}")
        Role.objects.create(user=person, kind=RoleKind.REVIEWER, region=True)
        seats.append(
            Appointment.objects.create(
                call=call,
                user=person,
                skills=["pedagogical", "technical"],
                languages=["fr", "de"],
                max_load=500,
                statement="none",
                declared_at=now,
            )
        )
    given = Assignment.objects.bulk_create(
        Assignment(application=file, appointment=seats[(n + k) % len(seats)], seat=k + 1)
        for n, file in enumerate(files)
        for k in range(3)
    )
    base = {file.pk: random.randint(1, 4) for file in files}
    Review.objects.bulk_create(
        Review(
            assignment=row,
            state="frozen",
            marks={
                key: min(5, base[row.application_id] + random.randint(0, 1))
                for key, *_rest in CRITERIA
            },
            comments={"projet": "Objectifs clairs."},
            pedagogical=base[row.application_id] > 1,
            technical=True,
            total=Decimal(50),
            frozen_at=now,
        )
        for row in given
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
