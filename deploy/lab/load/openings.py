"""When the demo schools are open, as their own people would have entered it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from schools.actions.set_opening import set_opening
from schools.calendars.hours import Span, Spans, Week
from schools.calendars.timetables import DayException
from schools.models import ExceptionReason, OpeningHours, Site, User

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """The hours of a site: usual days, Wednesday, and who entered them."""

    site: str
    by: str
    usual: str
    wednesday: str


OPENINGS: tuple[OpeningPlan, ...] = (
    # the lunch pause of the interface guide's story
    OpeningPlan("moulin", "claire@preau.example", "07:30-12:30 13:00-16:30", "07:30-12:30"),
    OpeningPlan("remparts", "bernard@preau.example", "08:00-16:00", "08:00-12:00"),
    OpeningPlan("kastanienhof", "karl@preau.example", "07:45-12:15 13:00-15:30", "07:45-12:15"),
)
"""The other schools have not entered theirs: their pages say so."""


def load_openings(sites: Mapping[str, Site], today: dt.date) -> None:
    """Enter the hours of the sites that have none yet, and one training day to come."""
    for plan in OPENINGS:
        site = sites[plan.site]
        if OpeningHours.objects.filter(site=site).exists():
            continue
        day = today + dt.timedelta(days=14 - (today.weekday() - FRIDAY) % 7)
        training = DayException(day, day, ExceptionReason.TRAINING.value, "", ())
        set_opening(User.objects.get(email=plan.by), site, _week(plan), [training], base=0)


def _week(plan: OpeningPlan) -> Week:
    usual, wednesday = _spans(plan.usual), _spans(plan.wednesday)
    return usual, usual, wednesday, usual, usual, (), ()


def _spans(text: str) -> Spans:
    pairs = (pair.split("-") for pair in text.split())
    return tuple(Span(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in pairs)
