"""Authorities, schools, consents, sites, rooms, pupils."""

from __future__ import annotations

import datetime as dt

from deploy.lab.load.towns import fictitious_town
from deploy.lab.plan import AuthorityPlan, RegionPlan, SchoolPlan, SitePlan
from schools.models import (
    Authority,
    Consent,
    ConsentKind,
    Headcount,
    Management,
    Room,
    School,
    Site,
    Teaching,
)

COUNTED_IN = 2026
"""The count of 15 January that the mock-ups show, and the one before it."""

FEWER_LAST_YEAR = 7


def load_places(region: RegionPlan) -> dict[str, Site]:
    """Make every place; return the sites by their short name in the plan."""
    authorities = {plan.name: _authority(plan) for plan in region.authorities}
    networks = {plan.name: plan.network for plan in region.authorities}
    schools = {
        plan.number: _school(plan, authorities[plan.authority], networks[plan.authority])
        for plan in region.schools
    }
    return {plan.slug: _site(plan, schools[plan.school]) for plan in region.sites}


def _authority(plan: AuthorityPlan) -> Authority:
    authority, _ = Authority.objects.get_or_create(
        fase_number=plan.fase_number, defaults={"name": plan.name}
    )
    given_on, signed_by = plan.assistance
    Consent.objects.get_or_create(
        kind=ConsentKind.ASSISTANCE,
        authority=authority,
        given_on=dt.date.fromisoformat(given_on),
        defaults={"signed_by": signed_by},
    )
    return authority


def _school(plan: SchoolPlan, authority: Authority, network: str) -> School:
    school, _ = School.objects.get_or_create(
        scheme=plan.scheme,
        number=plan.number,
        defaults={
            "name": plan.name,
            "authority": authority,
            "network": network,
            "community": plan.community,
        },
    )
    if plan.supervision:
        given_on, signed_by = plan.supervision
        Consent.objects.get_or_create(
            kind=ConsentKind.SUPERVISION,
            school=school,
            given_on=dt.date.fromisoformat(given_on),
            defaults={"signed_by": signed_by},
        )
    return school


def _site(plan: SitePlan, school: School) -> Site:
    site, _ = Site.objects.get_or_create(
        school=school,
        name=plan.name,
        defaults={
            "scheme": school.scheme,
            "number": plan.fase_number,
            "address": plan.address,
            "postcode": plan.postcode,
            "municipality": fictitious_town(plan.municipality, plan.province),
            "latitude": plan.latitude,
            "longitude": plan.longitude,
            "phone": plan.phone,
            "management": (Management.DECENTRALISED if plan.decentralised else Management.CENTRAL),
        },
    )
    rooms = [
        Room(site=site, name=r.name, kind=r.kind, building=r.building, floor=r.floor)
        for r in plan.rooms
    ]
    Room.objects.bulk_create(rooms, ignore_conflicts=True)
    Headcount.objects.bulk_create(_headcounts(plan, site), ignore_conflicts=True)
    Teaching.objects.bulk_create(
        [Teaching(site=site, level=level) for level, _pupils in plan.pupils], ignore_conflicts=True
    )
    return site


def _headcounts(plan: SitePlan, site: Site) -> list[Headcount]:
    found = []
    for place, (level, pupils) in enumerate(plan.pupils):
        before = pupils - (FEWER_LAST_YEAR if place == 0 else 0)
        found.append(Headcount(site=site, level=level, year=COUNTED_IN, pupils=pupils))
        found.append(Headcount(site=site, level=level, year=COUNTED_IN - 1, pupils=before))
    return found
