"""Floors stand in the order of the building, in French and in German."""

from __future__ import annotations

import pytest

from schools.floors import level


@pytest.mark.parametrize(
    ("floor", "height"),
    [("rez", 0), ("1er", 1), ("2e", 2), ("sous-sol", -1), ("-1", -1), ("", 0),
     ("EG", 0), ("1. OG", 1), ("UG", -1), ("Keller", -1), ("Dachboden", 0)],
)  # fmt: skip
def test_how_high_a_floor_is(floor: str, height: int):
    assert level(floor) == height
