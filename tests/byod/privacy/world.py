"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from byod.models.privacy.figures import FigureKey, MonthlyFigure
from byod.models.privacy.runs import RetentionRun
from schools.models import Site, User

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("vie-privee/personnes", {"pk": "pupil", "ending": "json"}),
    ("moi/mes-donnees", {"ending": "json"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "byod.RetentionRun": "counts of the whole Region, which name nobody",
}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class PrivacyWorld:
    """A night's purge and a figure that stays."""

    retention_run: RetentionRun
    monthly_figure: MonthlyFigure


def make_privacy_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> PrivacyWorld:
    """``made``: what the parts before this one made, by name."""
    return PrivacyWorld(
        retention_run=RetentionRun.objects.create(finished_at=timezone.now(), counts={"loans": 1}),
        monthly_figure=MonthlyFigure.objects.create(
            site=site, month=dt.date(2026, 9, 1), key=FigureKey.MEMBERS, value=12
        ),
    )
