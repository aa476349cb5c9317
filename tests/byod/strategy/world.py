"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from byod.models.strategy.settled import StrategyDelegation, StrategyPilot, StrategyReview
from byod.models.strategy.strategies import (
    Strategy,
    StrategyAnswer,
    StrategyPaper,
    StrategyState,
)
from schools.models import Level, Site, Teaching, User

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("strategies/delegation", {"pk": "authority"}),
    ("strategies/ecoles", {"pk": "school"}),
    (
        "strategies",
        {
            "pk": "strategy",
            "other": "strategy_draft",
            "paper": "strategy_paper",
            "question": "aims",
        },
    ),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.StrategyAnswer": "its strategy",
    "byod.StrategyPaper": "its strategy",
    "byod.StrategyReview": "its strategy",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class StrategyWorld:
    """A deployed strategy under review, and the draft that follows it."""

    strategy: Strategy
    strategy_draft: Strategy
    strategy_answer: StrategyAnswer
    strategy_paper: StrategyPaper
    strategy_review: StrategyReview
    strategy_delegation: StrategyDelegation
    strategy_pilot: StrategyPilot


def make_strategy_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> StrategyWorld:
    """``made``: what the parts before this one made, by name."""
    now = timezone.now()
    Teaching.objects.get_or_create(site=site, level=Level.SECONDARY)
    strategy = Strategy.objects.create(school=site.school, version=1)
    answer = StrategyAnswer.objects.create(
        strategy=strategy, question="aims", body=f"Les objectifs de {name}."
    )
    paper = StrategyPaper(
        strategy=strategy,
        name=f"assurance-{name}.pdf",
        content_type="application/pdf",
        size=5,
        sha256=f"{site.pk:064d}",
        uploaded_by=technician,
    )
    paper.file.save(f"assurance-{site.pk}", ContentFile(b"%PDF-"), save=False)
    paper.save()
    Strategy.objects.filter(pk=strategy.pk).update(
        state=StrategyState.DEPLOYED,
        submitted_at=now,
        decided_at=now,
        deployed_at=now,
        policy=made["policy"],
        review_on=timezone.localdate(),
    )
    strategy.refresh_from_db()
    return StrategyWorld(
        strategy=strategy,
        strategy_draft=Strategy.objects.create(school=site.school, version=2),
        strategy_answer=answer,
        strategy_paper=paper,
        strategy_review=StrategyReview.objects.create(strategy=strategy, why=f"Revue de {name}"),
        strategy_delegation=StrategyDelegation.objects.create(authority=site.school.authority),
        strategy_pilot=StrategyPilot.objects.create(school=site.school),
    )
