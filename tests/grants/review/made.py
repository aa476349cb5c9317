"""Reviewers, reviews, lists and decisions for tests, through the actions where there is one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from inventory.grants.actions.review.appoint import appoint
from inventory.grants.actions.review.assign import assign_by_hand
from inventory.grants.actions.review.declare_links import declare_links
from inventory.grants.actions.review.make_run import make_run
from inventory.grants.actions.review.save_review import freeze_review, save_draft
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import Call, CallVersion
from inventory.grants.models.review.appointments import Appointment
from inventory.grants.models.review.judgements import Assignment, Review
from inventory.grants.models.review.rankings import RankingRun
from schools.models import RoleKind, Site, User
from tests.cast import make_person, make_site
from tests.grants.calls.made import make_application, make_call, make_kit_version

GOOD: dict[str, Any] = {
    "marks": {"pertinence": 4, "faisabilite": 4},
    "comments": {"pertinence": "Des élèves qui publient : clair et utile."},
    "pedagogical": True,
    "technical": True,
}


def make_reviewer(name: str, **extra: Any) -> User:
    return make_person(name, RoleKind.REVIEWER, region=True, **extra)


def appointed(
    officer: User, call: Call, person: User, *, declared: bool = True, **values: Any
) -> Appointment:
    """Somebody who judges both sides in both languages, and has no link."""
    now = timezone.now()
    told = {"skills": ["pedagogical", "technical"], "languages": ["fr", "de"], "max_load": 20}
    row = appoint(officer, call, person, told | values, now)
    if declared:
        declare_links(person, row.pk, [], now, none=True)
        row.refresh_from_db()
    return row


def given(officer: User, file: Application, appointment: Appointment) -> Assignment:
    return assign_by_hand(officer, file, appointment.pk, timezone.now())


def judged(assignment: Assignment, **values: Any) -> Review:
    """A frozen review."""
    now = timezone.now()
    person = assignment.appointment.user
    known = Review.objects.filter(assignment=assignment).first()
    row = save_draft(person, assignment.pk, GOOD | values, known.revision if known else 1, now)
    return freeze_review(person, assignment.pk, row.revision, now)


def marks(pedagogical: int, technical: int) -> dict[str, int]:
    return {"pertinence": pedagogical, "faisabilite": technical}


def closed(call: Call) -> None:
    """The deadline has passed, as time does it: the guard of published versions looks away."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        CallVersion.objects.filter(pk=call.current_id).update(
            opens_at=now - dt.timedelta(days=60), closes_at=now - dt.timedelta(days=30)
        )
        cursor.execute("SET session_replication_role = origin")
    call.refresh_from_db()


class Scene:
    """A closed call of 30,000 EUR; three files of 12,000, 24,000 and 12,000; two reviewers."""

    def __init__(self, officer: User, sites: list[Site], **version: Any) -> None:
        values: dict[str, Any] = {"budget": Decimal(30_000)}
        self.officer = officer
        self.call = make_call(**(values | version))
        self.kit = make_kit_version()
        self.people = [
            make_reviewer(f"Ada{officer.pk} Exemple"),
            make_reviewer(f"Boris{officer.pk} Ex"),
        ]
        writer = make_person(f"Eva{officer.pk} Exemple", RoleKind.CONTACT, site=sites[0])
        self.files = [
            make_application(
                self.call, site, writer, kit=self.kit, quantity=quantity, title=f"Projet zinnia {n}"
            )
            for n, (site, quantity) in enumerate(zip(sites, (1, 2, 1), strict=False), 1)
        ]
        closed(self.call)
        self.seats = [appointed(officer, self.call, person) for person in self.people]

    def judge(self, *points: tuple[int, int]) -> None:
        """Both reviewers give each file the same marks."""
        for file, told in zip(self.files, points, strict=True):
            for seat in self.seats:
                comments = {"pertinence": "À revoir.", "faisabilite": "Réseau trop faible."}
                judged(given(self.officer, file, seat), marks=marks(*told), comments=comments)

    def run(self) -> RankingRun:
        return make_run(self.officer, self.call, timezone.now())


def make_scene(officer: User, **version: Any) -> Scene:
    sites = [
        make_site("Aulnes", "namur"),
        make_site("Charmes", "hainaut"),
        make_site("Ifs", "liege"),
    ]
    return Scene(officer, sites, **version)
