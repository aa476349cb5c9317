"""Floors and rooms as people name and order them. Pure."""

from __future__ import annotations

import re


def level(floor: str) -> int:
    """How high a floor is: cellar −1, ground 0, first 1…; unknown words count as ground."""
    below = re.match(r"-|u|sous|cave|keller", floor.lower())
    if number := re.search(r"\d+", floor):
        return -int(number[0]) if below else int(number[0])
    return -1 if below else 0


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key that puts ``Labo 2`` before ``Labo 10``."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
