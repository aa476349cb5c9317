"""A version of a strategy as people read it: sections, what is missing, what it still needs."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import NoReverseMatch, reverse

from byod.actions.strategy.deploy import Needed
from byod.models.strategy.strategies import Strategy
from byod.rules.strategy.form import FORMS, gaps_in
from schools.agreements.plan_reading import Asked, Change, Part, SectionChange, pieces

PLACES: dict[str, tuple[str, ...]] = {
    "charter": ("byod:charter", "byod:charters", "byod:school_charter"),
    "policy": ("byod:policy", "byod:policies"),
}
"""What a deployment needs → pages where it is made, the first that exists wins."""


def parts_of(strategy: Strategy) -> list[Part]:
    """The sections of a version. One query."""
    answers = {row.question: row for row in strategy.answers.select_related("edited_by")}
    gaps = gaps_in(strategy.form, {key: row.body for key, row in answers.items()})
    return [
        Part(
            section,
            [Asked(one, answers.get(one.key)) for one in section.questions],
            missing=[gap for gap in gaps if gap.section == section.title],
        )
        for section in FORMS[strategy.form]
    ]


def place_of(needed: Needed, school: int) -> str:
    """The page where it is made; empty while there is none."""
    for name in PLACES[needed.key]:
        for args in ([school], []):
            try:
                return reverse(name, args=args)
            except NoReverseMatch:
                continue
    return ""


def needs_shown(needs: Iterable[Needed], school: int) -> list[tuple[Needed, str]]:
    """What a deployment needs, and where to make it."""
    return [(one, place_of(one, school)) for one in needs]


def changes_between(old: Strategy, new: Strategy) -> list[SectionChange]:
    """Section by section, what became of each answer."""
    before = {one.question.key: one.body for part in parts_of(old) for one in part.questions}
    return [
        SectionChange(
            str(part.section.title),
            [
                Change(str(one.question.label), pieces(before.get(one.question.key, ""), one.body))
                for one in part.questions
            ],
        )
        for part in parts_of(new)
    ]
