"""``./preau bench equity``: the board of a Region, and the list of its largest school.

Makes up a Region of so many sites in a PostgreSQL of its own, with so many pupils who asked and
lines that are lent; then reads the board, orders the largest list, decides all of it at once and
takes that back, freezes and remakes it, finds unused lines, and opens the pages, each on the whole
and on one school: their statements must not grow. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from deploy.bench.register import _database as own_database

T = TypeVar("T")
BOARD_WITHIN_S = 5.0
ORDER_WITHIN_S = 2.0
DECIDE_WITHIN_S = 10.0
PAGE_WITHIN_S = 5.0
LARGEST = 1500
"""Requests of the largest school."""


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench equity", description=__doc__)
    parser.add_argument("--sites", type=int, default=3500)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            school = populate(options.sites, options.requests, options.lines, options.seed)
            kept = measure(school)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("every promise kept" if kept else "a promise was NOT kept")
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def populate(sites: int, requests: int, lines: int, seed: int) -> Any:
    """A Region, its pupils who asked (the largest school first), and lines in a shared pool."""
    from django.utils import timezone  # noqa: PLC0415  Django is set up now

    from byod.models.equity.requests import LoanRequest  # noqa: PLC0415
    from byod.models.people.members import Member  # noqa: PLC0415
    from byod.rules.equity.years import school_year  # noqa: PLC0415
    from deploy.lab.fiction.load import load_region  # noqa: PLC0415
    from deploy.lab.fiction.region import make_region  # noqa: PLC0415
    from schools.models import Site  # noqa: PLC0415

    began = time.perf_counter()
    load_region(make_region(sites, seed), seed=seed)
    chance = Random(seed)  # noqa: S311  a made-up Region
    places = list(Site.objects.filter(teachings__level="secondaire").order_by("pk").distinct())
    spread = [places[0]] * LARGEST + chance.choices(places, k=max(requests - LARGEST, 0))
    homes = ("no_device", "neither", "no_line", "equipped")
    members = Member.objects.bulk_create(
        (Member(site=site, kind="pupil", equipment=chance.choice(homes)) for site in spread),
        batch_size=5000,
    )
    year, now = school_year(timezone.localdate()), timezone.now()
    LoanRequest.objects.bulk_create(
        (
            LoanRequest(
                site_id=one.site_id, member=one, year=year, wants_line=bool(n % 3),
                state="served" if n % 4 == 0 and n >= LARGEST else "asked",
                served_at=now if n % 4 == 0 and n >= LARGEST else None,
            )
            for n, one in enumerate(members)
        ),
        batch_size=5000,
    )  # fmt: skip
    _lines(members, lines)
    say(
        f"{sites} sites, {len(members)} requests, {lines} lines out "
        f"(made in {time.perf_counter() - began:.1f} s)"
    )
    return places[0].school


def _lines(members: list[Any], lines: int) -> None:
    import datetime as dt  # noqa: PLC0415

    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from byod.models.equity.line_loans import LineLoan  # noqa: PLC0415
    from byod.models.equity.lines import Line  # noqa: PLC0415
    from byod.models.equity.operators import LineOperator, LinePlan  # noqa: PLC0415
    from byod.models.equity.usage import LineUsage, UsageReport  # noqa: PLC0415
    from byod.models.loans.pools import LoanPool  # noqa: PLC0415

    today = timezone.localdate()
    out = timezone.now() - dt.timedelta(days=150)
    operator = LineOperator.objects.create(name="Essai")
    plan = LinePlan.objects.create(
        operator=operator, name="40 Go", data_gb=40, month_eur=10, valid_from=dt.date(2020, 1, 1)
    )
    pool = LoanPool.objects.create(name="Essai", province="namur")
    rows = Line.objects.bulk_create(
        (
            Line(kind="sim", pool=pool, plan=plan, label=f"SIM-{n}", iccid=f"8932{n:015d}")
            for n in range(lines)
        ),
        batch_size=5000,
    )
    LineLoan.objects.bulk_create(
        (
            LineLoan(
                site_id=member.site_id, line=line, borrower=member, out_at=out,
                during=DateTimeTZRange(out, None), due_on=today,
            )
            for line, member in zip(rows, members[LARGEST:], strict=False)
        ),
        batch_size=5000,
    )  # fmt: skip
    month = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    UsageReport.objects.create(operator=operator, month=month, rows=lines, sha256="0" * 64)
    LineUsage.objects.bulk_create(
        (LineUsage(line=line, month=month, mb=(n % 10) * 500) for n, line in enumerate(rows)),
        batch_size=5000,
    )


def measure(school: Any) -> bool:
    """Board, order, round and its rerun, unused lines; whether every promise was kept."""
    from django.utils import timezone  # noqa: PLC0415

    from byod.actions.equity.decide_requests import (  # noqa: PLC0415
        decide_requests,
        undo_decision,
    )
    from byod.actions.equity.find_unused import note_lines  # noqa: PLC0415
    from byod.actions.equity.make_round import (  # noqa: PLC0415
        make_round,
        rerun_round,
        standing_order,
    )
    from byod.board_equity import figures_of, secondary, total  # noqa: PLC0415
    from byod.rules.equity.years import school_year  # noqa: PLC0415
    from schools.models import School  # noqa: PLC0415

    year = school_year(timezone.localdate())
    keys = list(secondary(School.objects.all()).values_list("pk", flat=True))
    figures, board_s = _timed(f"the board of {len(keys)} schools", lambda: figures_of(keys, year))
    order, order_s = _timed("the fair order of the largest", lambda: standing_order(school, year))
    officer, head = voices(school)
    made, _s = _timed("frozen as a round", lambda: make_round(head, school))
    again, _s = _timed("made again from its inputs", lambda: rerun_round(made))
    keys = [one.request.pk for one in order.waiting.values() if one.request.state == "asked"]
    done, grant_s = _timed(
        f"{len(keys)} granted at once", lambda: decide_requests(head, keys, grant=True)
    )
    at = done.at or timezone.now()
    undone, undo_s = _timed("the decision taken back", lambda: undo_decision(head, at))
    noted, _s = _timed("unused lines found and noted", lambda: note_lines(timezone.localdate()))
    whole = total(list(figures.values()))
    say(f"  {whole.waiting} wait, {whole.served} served, {len(order.placed)} in the largest list")
    say(f"  {noted} lines asked about")
    return (
        again.good
        and board_s <= BOARD_WITHIN_S
        and order_s <= ORDER_WITHIN_S
        and len(order.placed) >= LARGEST
        and len(done.changed) == len(undone.changed) == len(keys) > 0
        and max(grant_s, undo_s) <= DECIDE_WITHIN_S
        and pages(officer, head, school)
    )


def voices(school: Any) -> tuple[Any, Any]:
    """An officer of the Region, and the head of the largest school."""
    from schools.models import Role, User  # noqa: PLC0415

    people = [
        User.objects.create_user(email=f"{kind}@essai.example", full_name=f"{kind} Exemple")
        for kind in ("officer", "head")
    ]
    Role.objects.create(user=people[0], kind="officer", region=True)
    Role.objects.create(user=people[1], kind="head", school=school)
    return people[0], people[1]


def pages(officer: Any, head: Any, school: Any) -> bool:
    """Every page in time; a page of the whole costs no more statements than one of a school."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    kept, costs = True, {}
    for who, address in (
        (officer, f"/equite/?po={school.authority_id}&niveau=ecole"),
        (officer, "/equite/?niveau=ecole"),
        (officer, "/equite/?niveau=po"),
        (officer, "/equite/?niveau=province"),
        (officer, f"/equite/ecoles/{school.pk}/"),
        (head, "/equite/"),
        (head, "/demandes-de-pret/"),
        (officer, "/connexions-pretees/"),
    ):
        client = Client(headers={"host": "localhost"})
        client.force_login(who)
        client.get(address)
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        seconds = time.perf_counter() - began
        costs[address] = len(asked)
        say(f"  {address}: {seconds:.2f} s, {len(asked)} statements, {answer.status_code}")
        kept = kept and answer.status_code == 200 and seconds <= PAGE_WITHIN_S
    of_a_po, *of_the_region = list(costs.values())[:3]
    return kept and max(of_the_region) <= of_a_po


def say(told: str) -> None:
    """At once, even into a file: a long run shows where it is."""
    print(told, flush=True)


def _timed(what: str, run: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - began
    say(f"  {what}: {seconds:.2f} s")
    return found, seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
