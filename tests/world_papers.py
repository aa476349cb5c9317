"""What a school signs, plans and opens, in one of everything (tests/world.py)."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.files.base import ContentFile
from django.utils import timezone

from schools.imports.plan import Plan
from schools.models import (
    AgreementText,
    Consent,
    Document,
    ExceptionReason,
    ImportFinding,
    ImportRun,
    ImportState,
    ManagementChoice,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    PeriodKind,
    PlanAnswer,
    PlanRemark,
    PlanSite,
    SchoolCalendar,
    Site,
    TransitionPlan,
    User,
)
from tests.cast import GIVEN

PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00"
    b"\x00IEND\xaeB`\x82"
)
"""The smallest PNG: one transparent pixel."""


def make_opening(site: Site) -> OpeningHours:
    """Open every day around the clock, but for one day long ago: no test depends on the hour."""
    opening = OpeningHours.objects.create(
        site=site, number=site.openings.count() + 1, made_by_text="Claire Exemple"
    )
    OpeningSpan.objects.bulk_create(
        OpeningSpan(opening=opening, weekday=day, opens_min=0, closes_min=1440) for day in range(7)
    )
    OpeningException.objects.create(
        opening=opening,
        first_on=dt.date(2020, 1, 6),
        last_on=dt.date(2020, 1, 6),
        reason=ExceptionReason.TRAINING,
    )
    opening.sealed = True
    opening.save()
    return opening


def make_calendar(community: str) -> SchoolCalendar:
    """A calendar of a year long gone, made once per Community."""
    calendar, made = SchoolCalendar.objects.get_or_create(
        community=community, year=2019, number=1, defaults={"source": "Exemple"}
    )
    if made:
        day = dt.date(2019, 10, 28)
        calendar.periods.create(kind=PeriodKind.AUTUMN, first_on=day, last_on=day)
        calendar.sealed = True
        calendar.save()
    return calendar


def make_document(site: Site, by: User) -> Document:
    """The signed paper of the school's agreement, given if it was not."""
    consent = site.school.consents.first() or Consent.objects.create(
        kind="supervision", school=site.school, given_on=GIVEN, signed_by="B. Exemple"
    )
    text, _new = AgreementText.objects.get_or_create(
        kind=consent.kind, version=1, defaults={"body_fr": "Texte.", "body_de": "Text."}
    )
    Consent.objects.filter(pk=consent.pk).update(text=text)
    known = consent.documents.first()
    if known is not None:
        return known
    paper = Document(
        consent=consent,
        name="accord.pdf",
        content_type="application/pdf",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
        uploaded_by=by,
    )
    paper.file.save("accord.pdf", ContentFile(PHOTO))
    return paper


def make_choice(site: Site) -> ManagementChoice:
    """That the network is managed as it is."""
    return ManagementChoice.objects.create(
        site=site, mode=site.management, from_on=GIVEN, chosen_by_text="B. Exemple"
    )


def make_plan(site: Site, by: User) -> TransitionPlan:
    """A version that was approved, with one answer and one site that asks."""
    known = site.school.plans.first()
    if known is not None:
        return known
    now = timezone.now()
    plan = TransitionPlan.objects.create(school=site.school, version=1)
    PlanAnswer.objects.create(plan=plan, question="aims", body="Apprendre mieux.")
    PlanSite.objects.create(plan=plan, site=site, asks=True)
    PlanRemark.objects.create(plan=plan, author=by, body="Merci.")
    plans = TransitionPlan.objects.filter(pk=plan.pk)
    plans.update(state="submitted", submitted_at=now, submitted_by=by)
    plans.update(state="approved", decided_at=now, decided_by=by, approved_on=now.date())
    plan.refresh_from_db()
    return plan


def make_import(site: Site) -> ImportRun:
    run = ImportRun.objects.create(
        kind="register",
        state=ImportState.PREVIEWED,
        file_name=f"registre {site.name}.csv",
        sha256="0" * 64,
        size=1,
        counts=Plan().counts(),
    )
    ImportFinding.objects.create(run=run, outcome="refused", line=2, object_text=str(site))
    return run
