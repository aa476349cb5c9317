"""One of everything of this part of the grants, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.grants.actions.review.make_run import inputs_of
from inventory.grants.actions.review.write_letter import write_letter
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import (
    Appointment,
    DeclaredLink,
    Recusal,
    Statement,
)
from inventory.grants.models.review.decisions import Decision, Letter, Reconsideration
from inventory.grants.models.review.judgements import Assignment, Question, Review, ReviewState
from inventory.grants.models.review.rankings import RankingRun, ResultsPublication
from inventory.grants.rules.review.inputs import fingerprint, run, write_result
from schools.models import RoleKind, Site, User
from tests.cast import make_person, make_site

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("examens/declaration/", {"pk": "appointment"}),
    ("examens/designations/", {"pk": "appointment"}),
    ("examens/appels/", {"pk": "call"}),
    ("examens/confier/", {"pk": "application"}),
    ("examens/questions/dossier/", {"pk": "application"}),
    ("examens/questions/", {"pk": "question"}),
    ("examens/", {"pk": "assignment"}),
    ("classements/listes/", {"pk": "ranking_run"}),
    ("classements/", {"pk": "call"}),
    ("decisions/appels/", {"pk": "call"}),
    ("decisions/reexamens/", {"pk": "reconsideration"}),
    ("^decisions/", {"pk": "decision"}),
    ("appointments/", {"pk": "appointment"}),
    ("assignments/", {"pk": "assignment"}),
    ("reviews/", {"pk": "review"}),
    ("application-questions/", {"pk": "question"}),
    ("rankings/", {"pk": "ranking_run"}),
    ("application-decisions/", {"pk": "decision"}),
    ("decision-letters/", {"pk": "letter"}),
    ("reconsiderations/", {"pk": "reconsideration"}),
    ("recusals/", {"pk": "recusal"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "grants:review_board": "a call belongs to no school; refused to who is no officer",
    "grants:rerun_ranking": "likewise",
    "grants:review_board_export": "likewise",
    "grants:review_board_export_xlsx": "likewise",
    "grants:review_board_export_ods": "likewise",
    "grants:propose_assignments": "likewise",
    "grants:remind_reviewers": "likewise",
    "grants:appoint_reviewer": "likewise",
    "grants:ranking": "likewise",
    "grants:compute_ranking": "likewise",
    "grants:what_if": "likewise",
    "grants:keep_variant": "likewise",
    "grants:committee_list": "likewise",
    "grants:ranking_export": "likewise",
    "grants:ranking_export_xlsx": "likewise",
    "grants:ranking_export_ods": "likewise",
    "grants:move_reserve_up": "likewise",
    "grants:publish_results": "likewise",
    "grants:results": "the results of a call are public",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {}
"""Models without ``visible_to``, and why none is needed."""


@dataclass
class ReviewWorld:
    """What a site has of it."""

    reviewer: User
    """Holds the application; declared a link with another school of the same name."""
    appointment: Appointment
    declared_link: DeclaredLink
    recusal: Recusal
    assignment: Assignment
    review: Review
    """Frozen, and the only one: hidden from others."""
    question: Question
    ranking_run: RankingRun
    publication: ResultsPublication
    decision: Decision
    """Of the granted file: refused first, to have something to ask again about."""
    letter: Letter
    reconsideration: Reconsideration


def make_review_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> ReviewWorld:
    """``made``: what the parts before it made at the same site, by name."""
    now = timezone.now()
    call: Call = made["call"]
    file: Application = made["application"]
    granted: Application = made["granted"]
    reviewer = make_person(f"Ella{name} Exemple", RoleKind.REVIEWER, region=True)
    appointment = Appointment.objects.create(
        call=call,
        user=reviewer,
        skills=["pedagogical", "technical"],
        languages=["fr", "de"],
        appointed_by=technician,
        statement=Statement.LINKS,
        declared_at=now,
    )
    assignment = Assignment.objects.create(
        application=file, appointment=appointment, seat=1, by=technician
    )
    review = Review.objects.create(
        assignment=assignment,
        state=ReviewState.FROZEN,
        marks={"pertinence": 4, "faisabilite": 3},
        comments={"pertinence": "Clair."},
        pedagogical=True,
        technical=True,
        total=Decimal("72.0"),
        frozen_at=now,
    )
    inputs = inputs_of(call)
    result = write_result(run(inputs))
    ranking = RankingRun.objects.create(
        call=call,
        version=made["call_version"],
        number=1,
        inputs=inputs,
        inputs_sha256=fingerprint(inputs),
        result=result,
        result_sha256=fingerprint(result),
        made_by=technician,
        made_by_text=str(technician),
    )
    decision = Decision.objects.create(
        application=granted,
        run=ranking,
        outcome="refused",
        why="Le plan du réseau manque.",
        decided_by=technician,
        decided_by_text=str(technician),
    )
    return ReviewWorld(
        reviewer=reviewer,
        appointment=appointment,
        declared_link=DeclaredLink.objects.create(
            appointment=appointment, school=_other_school(site)
        ),
        recusal=Recusal.objects.create(application=granted, user=reviewer, kinds=["declared"]),
        assignment=assignment,
        review=review,
        question=Question.objects.create(
            application=file,
            asked_by=reviewer,
            text="Combien de prises par classe ?",
            due_on=timezone.localdate(),
        ),
        ranking_run=ranking,
        publication=ResultsPublication.objects.create(call=call, by=technician),
        decision=decision,
        letter=write_letter(decision),
        reconsideration=Reconsideration.objects.create(
            decision=decision, text="La salle est câblée.", asked_by_text="La direction"
        ),
    )


def _other_school(site: Site) -> Any:
    """A school of another PO, so that the reviewer keeps the file."""
    return make_site(f"Lien {site.name}", "luxembourg", consents=False).school
