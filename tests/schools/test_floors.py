"""Floors stand in the order of the building, in French and in German."""

from __future__ import annotations

import pytest

from schools.floors import level, natural


@pytest.mark.parametrize(
    ("floor", "height"),
    [("rez", 0), ("1er", 1), ("2e", 2), ("sous-sol", -1), ("-1", -1), ("", 0),
     ("EG", 0), ("1. OG", 1), ("UG", -1), ("Keller", -1), ("Dachboden", 0)],
)  # fmt: skip
def test_how_high_a_floor_is(floor: str, height: int):
    assert level(floor) == height


def test_rooms_are_ordered_by_their_numbers():
    names = ["Labo 10", "Labo 2", "A.11", "A.02", "2A", "1B"]
    assert sorted(names, key=natural) == ["1B", "2A", "A.02", "A.11", "Labo 2", "Labo 10"]
