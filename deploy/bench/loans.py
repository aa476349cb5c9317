"""``./preau bench loans``: two clerks, one device, a thousand times; and a school's list of loans.

Makes a school with two clerks in a PostgreSQL of its own; lets both reserve the same device at the
same moment, round after round, over real connections; then fills the Region with loans and reads a
school's list. Exit code 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.bench.register import _database as own_database

PAGE_WITHIN_MS = 300.0


def main(words: list[str]) -> int:
    """Run the phases; 0 when all promises were kept."""
    parser = argparse.ArgumentParser(prog="./preau bench loans", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--loans", type=int, default=45_000)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
    try:
        with own_database(folder):
            kept = _rush(options.sites, options.rounds)
            kept = _list(options.loans) and kept
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("every promise kept" if kept else "a promise was NOT kept")
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rush(sites: int, rounds: int) -> bool:
    """Two clerks of one school want its only free laptop."""
    from deploy.bench.loans_race import clerks_of, race, told  # noqa: PLC0415  Django is set up
    from deploy.lab.fiction.load import load_region  # noqa: PLC0415
    from deploy.lab.fiction.region import make_region  # noqa: PLC0415
    from schools.models import Site  # noqa: PLC0415

    load_region(make_region(sites, 1), seed=1)
    site = Site.objects.select_related("school").order_by("pk")[0]
    users, requests, item = _school(site)
    raced = race(clerks_of(users, requests), item, rounds)
    print(
        f"{raced.rounds} rounds of two clerks in {raced.seconds:.1f} s, "
        f"slowest answer {raced.slowest_ms:.0f} ms; said: {' / '.join(raced.refusals)}"
    )
    for error in raced.broken[:5]:
        print(f"    {error}")
    return _say(told(raced))


def _school(site: Any) -> tuple[list[Any], list[Any], int]:
    from byod.models.equity.requests import LoanRequest, RequestState  # noqa: PLC0415
    from byod.models.loans.pools import LoanPool, PoolItem  # noqa: PLC0415
    from byod.models.people.members import Member, MemberKind  # noqa: PLC0415
    from inventory.models import Category, Device, DeviceState, Product  # noqa: PLC0415
    from schools.models import Role, RoleKind, User  # noqa: PLC0415

    users = []
    for n in range(2):
        user = User.objects.create_user(f"clerk{n}@example.org", full_name=f"Clerc {n}")
        Role.objects.create(
            user=user, kind=RoleKind.CONTACT, school=site.school, from_on=dt.date(2025, 1, 1)
        )
        users.append(user)
    members = [Member.objects.create(site=site, kind=MemberKind.PUPIL) for _user in users]
    requests = [
        LoanRequest.objects.create(site=site, member=one, year=2026, state=RequestState.GRANTED)
        for one in members
    ]
    product, _made = Product.objects.get_or_create(
        maker="Exemple", model="Portable 14", category=Category.LAPTOP
    )
    pool = LoanPool.objects.create(name="Essai", school=site.school)
    device = Device.objects.create(
        site=site, product=product, name="PC-0001", state=DeviceState.IN_STOCK
    )
    return users, requests, PoolItem.objects.create(pool=pool, device=device).pk


FILL = """
WITH d AS (
    INSERT INTO inventory_device (site_id, product_id, name, state, code, owner, origin,
           cloud_move, cloud_why, custom, notes, version, changed_at)
    SELECT s.id, %(product)s, 'PC-B-' || s.id || '-' || n, 'lent',
           upper(lpad(to_hex(row_number() OVER ()), 8, '0')),
           'school', 'unknown', '', '', '{}', '', 1, now()
      FROM schools_site s, generate_series(1, %(each)s) n
    RETURNING id, site_id
), p AS (
    INSERT INTO byod_loanpool (name, school_id, province, everyone)
    SELECT DISTINCT ON (school_id) 'Essai ' || school_id, school_id, '', true FROM schools_site
    RETURNING id, school_id
), i AS (
    INSERT INTO byod_poolitem (pool_id, device_id, is_charger, added_at)
    SELECT p.id, d.id, false, now() FROM d
      JOIN schools_site s ON s.id = d.site_id JOIN p ON p.school_id = s.school_id
    RETURNING id, device_id
)
INSERT INTO byod_loan (site_id, item_id, state, during, due_on, out_at, without_charger)
SELECT d.site_id, i.id, 'out', tstzrange(now(), NULL), current_date + (i.id %% 300)::int - 20,
       now(), false
  FROM i JOIN d ON d.id = i.device_id
"""


def _list(loans: int) -> bool:
    """The list of a school, its filter and its search, over a Region full of loans."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from inventory.models import Product  # noqa: PLC0415
    from schools.models import Site, User  # noqa: PLC0415

    product = Product.objects.first()
    assert product is not None
    each = max(loans // Site.objects.count(), 1)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"product": product.pk, "each": each})
        made = cursor.rowcount
        cursor.execute("ANALYZE")
    print(f"{made} loans, {each} a site (made in {time.perf_counter() - began:.1f} s)")
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(email="clerk0@example.org"))
    promises = []
    url = reverse("byod:loans")
    for query in ("", "?retour=retard&tri=retour", "?q=PC-B-1", "?tri=appareil"):
        times = []
        for _n in range(5):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url + query)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.status_code
        middle = sorted(times)[2]
        told = f"{url}{query}: {middle:.0f} ms, {len(asked)} queries"
        promises.append((told, middle <= PAGE_WITHIN_MS))
    return _say([*promises, _export(client, made)])


def _export(client: Any, made: int) -> tuple[str, bool]:
    """Every loan of the Region, as whoever runs all its schools would take them away."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from schools.models import Role, RoleKind, School, User  # noqa: PLC0415
    from schools.sheets import EXPORT_AT_MOST  # noqa: PLC0415

    clerk = User.objects.get(email="clerk0@example.org")
    Role.objects.bulk_create(
        Role(user=clerk, kind=RoleKind.HEAD, school=one, from_on=dt.date(2025, 1, 1))
        for one in School.objects.all()
    )
    began, lines, size = time.perf_counter(), 0, 0
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse("byod:loans_export"))
        for part in answer.streaming_content:
            lines, size = lines + part.count(b"\n"), size + len(part)
    told = (
        f"export of {lines - 1} loans: {time.perf_counter() - began:.1f} s, "
        f"{size / 1e6:.1f} MB, {len(asked)} queries"
    )
    return told, lines > min(made, EXPORT_AT_MOST)


def _say(promises: list[tuple[str, bool]]) -> bool:
    for promise, kept in promises:
        print(f"  {'ok ' if kept else 'NOT'} {promise}")
    return all(kept for _promise, kept in promises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
