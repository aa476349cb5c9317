"""Conditions compared: what is worse than it was. Pure."""

from __future__ import annotations

from collections.abc import Mapping

DAMAGED = "4"


def worse(out: Mapping[str, str], back: Mapping[str, str]) -> list[str]:
    """The parts that came back damaged and did not leave so, in their order.

    A part that is a grade more worn than before has aged; damage alone proposes a repair.
    """
    return [
        part for part, grade in back.items() if grade == DAMAGED and out.get(part, "2") != DAMAGED
    ]
