"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.served import ServedPupil
from schools.models import Site, User

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = ()
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class EquityWorld:
    """The pupil's request, granted; once served before."""

    loan_request: LoanRequest
    served_pupil: ServedPupil


def make_equity_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> EquityWorld:
    """``made``: what the parts before this one made, by name."""
    return EquityWorld(
        loan_request=LoanRequest.objects.create(
            site=site,
            member=made["pupil"],
            school_class=made["school_class"],
            year=2026,
            state=RequestState.GRANTED,
        ),
        served_pupil=ServedPupil.objects.create(member=made["pupil"], times=1, last_year=2024),
    )
