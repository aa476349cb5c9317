"""What a stored file would change: read it, load the register once, compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from schools.consequences import consequences_of_closing
from schools.imports.contacts import KnownPeople, compare_contacts, read_contacts
from schools.imports.findings import CLOSED
from schools.imports.foreign import known_layouts
from schools.imports.plan import Plan
from schools.imports.reading import Source, open_source
from schools.imports.register_difference import compare_register
from schools.imports.register_known import Known, number_key
from schools.imports.register_rows import read_register
from schools.imports.site_facts import SHAPES, KnownFacts, compare_facts, read_facts
from schools.imports.towns import Gazetteer, Town
from schools.models import (
    Authority,
    ImportRun,
    Municipality,
    Role,
    Room,
    School,
    Site,
    Teaching,
    User,
)

Tick = Callable[[int], None]


def open_run(run: ImportRun) -> Source:
    """The run's file, looked at. Raises FileRefused."""
    return open_source(Path(run.file.path), known_layouts()[run.kind])


def plan_import(run: ImportRun, source: Source, tick: Tick, *, lock: bool = False) -> Plan:
    """What the file would change. ``lock``: hold the rows until the end of the transaction."""
    if run.kind in ("register", "places"):
        return _plan_register(run, source, tick, lock)
    if run.kind == "contacts":
        return _plan_contacts(run, source, tick, lock)
    return _plan_facts(run, source, tick, lock)


def _held(rows: QuerySet[Any], lock: bool) -> list[Any]:
    """The rows in a fixed order, so that two plans of the same thing are the same."""
    rows = rows.order_by("pk")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def _places(lock: bool) -> tuple[list[Authority], list[School], list[Site]]:
    """POs, schools and sites, each holding the one above: three queries whatever their number."""
    authorities = _held(Authority.objects.all(), lock)
    schools = _held(School.objects.all(), lock)
    sites = _held(Site.objects.all(), lock)
    by_pk = {row.pk: row for row in authorities}
    school_by_pk = {row.pk: row for row in schools}
    for school in schools:
        school.authority = by_pk[school.authority_id]
    for site in sites:
        site.school = school_by_pk[site.school_id]
    return authorities, schools, sites


def _plan_register(run: ImportRun, source: Source, tick: Tick, lock: bool) -> Plan:
    towns = list(Municipality.objects.all())
    gazetteer = Gazetteer(
        Town(t.nis_code, t.name, t.name_de, t.closed_on is not None, t.successor_id) for t in towns
    )
    register = read_register(source, gazetteer, tick)
    teachings: dict[int, list[Teaching]] = defaultdict(list)
    for one in Teaching.objects.order_by("pk"):
        teachings[one.site_id].append(one)
    authorities, schools, sites = _places(lock)
    names = {town.nis_code: town.name for town in towns}
    known = Known(authorities, schools, sites, teachings, names)
    plan = compare_register(register, known, run.as_of)
    plan.consequences = _consequences(run, plan)
    return plan


def _consequences(run: ImportRun, plan: Plan) -> list[tuple[str, int]]:
    closed = [change.row for change in plan.changes if change.outcome == CLOSED]
    sites = [row.pk for row in closed if isinstance(row, Site)]
    schools = [row.pk for row in closed if isinstance(row, School)]
    return consequences_of_closing(sites, schools, run.as_of)


def _plan_facts(run: ImportRun, source: Source, tick: Tick, lock: bool) -> Plan:
    shape = SHAPES[run.kind]
    facts = read_facts(source, shape, tick)
    _authorities, _schools, sites = _places(lock=False)
    there: QuerySet[Any] = shape.model._default_manager.all()
    years = {key[-1] for _site, key in facts.values}
    if shape.model is not Room:
        there = there.filter(year__in=years)  # ten years of counts are not needed for one
    else:
        named = [s.pk for s in sites if number_key(s.scheme, s.number) in facts.sites]
        there = there.filter(site__in=named)
    return compare_facts(source, facts, shape, KnownFacts(sites, _held(there, lock)), run.as_of)


def _plan_contacts(run: ImportRun, source: Source, tick: Tick, lock: bool) -> Plan:
    contacts = read_contacts(source, tick)
    _authorities, schools, sites = _places(lock=False)
    emails = {fact.email for fact in contacts.facts}
    users = {user.email: user for user in _held(User.objects.filter(email__in=emails), lock)}
    by_school, by_site = {s.pk: s for s in schools}, {s.pk: s for s in sites}
    roles: dict[int, list[Role]] = defaultdict(list)
    for role in _held(Role.objects.filter(user__email__in=emails), lock):
        if role.school_id:
            role.school = by_school[role.school_id]
        if role.site_id:
            role.site = by_site[role.site_id]
        roles[role.user_id].append(role)
    return compare_contacts(source, contacts, KnownPeople(schools, sites, users, roles), run.as_of)
