"""A shared pool split among schools (partage): by unmet need, whole devices, explained. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchoolNeed:
    """What a school still lacks once its own pool is empty."""

    school: int
    unmet: int
    never_served: bool = False
    """No pupil of it was ever lent anything: it goes first where devices do not suffice."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a school gets of a shared pool, and how it was worked out."""

    school: int
    unmet: int
    parts: int
    exact: str
    """``12 × 30 / 90``: its proportional part before rounding."""


def split(supply: int, needs: Sequence[SchoolNeed]) -> list[Part]:
    """Largest remainders: proportional to unmet need, never more than it, never one too many.

    Remainders that are equal go to schools never served, then to the larger need, then by key.
    """
    asking = [one for one in needs if one.unmet > 0]
    total = sum(one.unmet for one in asking)
    given = min(max(supply, 0), total)
    if not total:
        return []
    whole = {one.school: one.unmet * given // total for one in asking}
    rest = {one.school: one.unmet * given % total for one in asking}
    order = sorted(
        asking, key=lambda one: (-rest[one.school], not one.never_served, -one.unmet, one.school)
    )
    for one in order[: given - sum(whole.values())]:
        whole[one.school] += 1
    return [
        Part(one.school, one.unmet, whole[one.school], f"{given} × {one.unmet} / {total}")
        for one in asking
    ]
