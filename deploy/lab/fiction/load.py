"""Load a fictitious Region: its sources through the real imports, then what no source holds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from deploy.lab.fiction.files import SourceFile, write_sources
from deploy.lab.fiction.region import FictitiousRegion
from deploy.lab.fiction.words import person
from deploy.lab.load.connections import load_connections
from schools.actions.apply_import import apply_import
from schools.actions.audit import JournalLine, record_actions
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import (
    Authority,
    Consent,
    ConsentKind,
    ImportRun,
    ImportState,
    Municipality,
    Province,
    Role,
    RoleKind,
    School,
    Site,
    User,
)

AS_OF = dt.date(2026, 9, 1)
SINCE = dt.date(2025, 9, 1)
GIVEN = dt.date(2025, 10, 6)
ASSISTED, WATCHED = 0.93, 0.88
"""Shares of the POs and of the schools that gave their agreement."""
TECHNICIANS, OFFICERS, REVIEWERS = 8, 6, 12
Say = Callable[[str], None]


class RegionNotLoaded(RuntimeError):
    """A source of ours was refused: a fault of the generator or of the imports."""


def load_region(region: FictitiousRegion, say: Say = lambda _line: None, seed: int = 1) -> None:
    """Everything, the files in a folder that is thrown away."""
    with TemporaryDirectory(prefix="preau-region-") as folder:
        files = write_sources(region, Path(folder))
        load_files(region, files, say, seed)


def load_files(
    region: FictitiousRegion, files: list[SourceFile], say: Say = lambda _line: None, seed: int = 1
) -> None:
    """The towns, the files, then agreements and roles. Twice changes nothing."""
    load_towns(region)
    for file in files:
        with _timed(say, file.kind):
            import_file(file)
    with _timed(say, "agreements and roles"):
        load_the_rest(Random(seed))


@contextmanager
def _timed(say: Say, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {what:<22}{time.monotonic() - began:6.1f} s")


def load_towns(region: FictitiousRegion) -> None:
    """The invented municipalities: no source of places brings them."""
    Municipality.objects.bulk_create(
        [
            Municipality(
                nis_code=town.nis_code, name=town.name, name_de=town.name if town.german else ""
            )
            for town in region.towns
        ],
        ignore_conflicts=True,
    )


def import_file(file: SourceFile) -> ImportRun:
    """Preview and write one source, closing nothing: other places of the demo may stand there."""
    with file.path.open("rb") as opened:
        run = start_import(None, file.kind, opened, file.path.name, AS_OF)
    found = read_import(run.pk)
    if found is None or found.state != ImportState.PREVIEWED or found.counts["refused_rows"]:
        why = found.failure or found.findings.first() if found else "held by another"
        raise RegionNotLoaded(f"{file.kind}: {why}")
    if not found.counts["to_write"]:
        return found
    # a small demo beside a large Region would look like a tenth gone: it is left alone
    found.counts["guarded"] = bool(found.counts["closing_sites"])
    found.save(update_fields=["counts"])
    confirm_import(None, run.pk, found.fingerprint)
    applied = apply_import(run.pk)
    if applied is None or applied.state != ImportState.APPLIED:
        raise RegionNotLoaded(f"{file.kind}: {applied.failure if applied else 'held by another'}")
    return applied


@transaction.atomic
def load_the_rest(random: Random) -> None:
    """Agreements of most, the voices of the POs, technicians and officers."""
    _consents(random)
    people = [*_authority_people(random), *_regional_people(random)]
    known = set(User.objects.values_list("email", flat=True))
    new = [(user, role) for user, role in people if user.email not in known]
    User.objects.bulk_create([user for user, _role in new])
    Role.objects.bulk_create([role for _user, role in new])
    load_connections(list(Site.objects.open().order_by("pk")), timezone.localdate())
    record_actions(None, [JournalLine("load_region", role, text=str(user)) for user, role in new])


def _consents(random: Random) -> None:
    rows = [
        Consent(
            kind=ConsentKind.ASSISTANCE, authority=one, given_on=GIVEN, signed_by=f"PO {one.pk}"
        )
        for one in Authority.objects.filter(closed_on=None).order_by("pk")
        if random.random() < ASSISTED
    ]
    rows += [
        Consent(
            kind=ConsentKind.SUPERVISION, school=one, given_on=GIVEN, signed_by=f"École {one.pk}"
        )
        for one in School.objects.open().order_by("pk")
        if random.random() < WATCHED
    ]
    Consent.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def _authority_people(random: Random) -> Iterator[tuple[User, Role]]:
    for authority in Authority.objects.filter(closed_on=None).order_by("pk"):
        if (authority.fase_number or "").startswith("7") or not authority.fase_number:
            email = f"po.{authority.fase_number or authority.bce_number}@ecole.example"
            yield _person(random, email, RoleKind.AUTHORITY, authority=authority)


def _regional_people(random: Random) -> Iterator[tuple[User, Role]]:
    for province in Province.values:
        for number in range(1, TECHNICIANS + 1):
            email = f"technicien.{province}.{number}@preau.example"
            yield _person(random, email, RoleKind.LOCAL_TECHNICIAN, province=province)
    for number in range(1, OFFICERS + 1):
        email = f"agent.{number}@preau.example"
        yield _person(random, email, RoleKind.OFFICER, region=True)
        email = f"helpdesk.{number}@preau.example"
        yield _person(random, email, RoleKind.CENTRAL_TECHNICIAN, region=True)
    for number in range(1, REVIEWERS + 1):
        email = f"evaluation.{number}@preau.example"
        yield _person(random, email, RoleKind.REVIEWER, region=True)


def _person(random: Random, email: str, kind: str, **scope: object) -> tuple[User, Role]:
    user = User(email=email, full_name=person(random, german=False), password=make_password(None))
    return user, Role(user=user, kind=kind, from_on=SINCE, **scope)
