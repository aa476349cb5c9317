"""Where a row lies: municipalities by any of their names, and what is outside Wallonia."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schools.imports.columns import plain
from schools.rules import province_of

BRUSSELS = """
Anderlecht|Auderghem|Oudergem|Berchem-Sainte-Agathe|Sint-Agatha-Berchem|Bruxelles|Brussel
Bruxelles-ville|Etterbeek|Evere|Forest|Vorst|Ganshoren|Ixelles|Elsene|Jette|Koekelberg
Molenbeek-Saint-Jean|Sint-Jans-Molenbeek|Saint-Gilles|Sint-Gillis|Saint-Josse-ten-Noode
Sint-Joost-ten-Node|Schaerbeek|Schaarbeek|Uccle|Ukkel|Watermael-Boitsfort|Watermaal-Bosvoorde
Woluwe-Saint-Lambert|Sint-Lambrechts-Woluwe|Woluwe-Saint-Pierre|Sint-Pieters-Woluwe
"""
FLANDERS = """
Drogenbos|Kraainem|Crainhem|Linkebeek|Rhode-Saint-Genèse|Sint-Genesius-Rode|Wemmel
Wezembeek-Oppem|Fourons|Voeren|Renaix|Ronse
"""
"""Municipalities of Flanders where the FWB subsidises or inspects a school."""
OUTSIDE = frozenset(
    plain(name) for line in (BRUSSELS + FLANDERS).splitlines() for name in line.split("|") if name
)

BOXES: dict[str, tuple[float, float, float, float]] = {
    "brabant-wallon": (50.50, 50.85, 4.00, 5.08),
    "hainaut": (49.90, 50.83, 2.80, 4.67),
    "liege": (50.09, 50.83, 4.93, 6.45),
    "luxembourg": (49.47, 50.45, 4.92, 6.10),
    "namur": (49.75, 50.71, 4.38, 5.38),
}
"""Province → south, north, west, east in degrees, a few kilometres wide of its borders."""


def town_key(name: str) -> str:
    """A municipality's name without accents, hyphens and case; ``St`` is ``Saint``."""
    words = plain(name)
    words = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", words))
    return re.sub(r"\bl s\b", "les", words)


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality as the register knows it."""

    nis_code: str
    name: str
    name_de: str = ""
    closed: bool = False
    successor: str | None = None


class Gazetteer:
    """Finds a municipality's NIS code; one that merged leads to its successor."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self.towns = {town.nis_code: town for town in towns}
        self.names: dict[str, set[str]] = defaultdict(set)
        for town in self.towns.values():
            for name in (town.name, town.name_de):
                if name:
                    self.names[town_key(name)].add(self.today(town.nis_code))

    def today(self, code: str) -> str:
        """The municipality that this one has become."""
        for _hop in range(5):
            successor = self.towns[code].successor if code in self.towns else None
            if not successor:
                break
            code = successor
        return code

    def find(self, name: str) -> tuple[str, ...]:
        """The NIS codes that a name, or a code, may stand for: none, one, or several."""
        if re.fullmatch(r"\d{5}", name.strip()):
            code = name.strip()
            return (self.today(code),) if code in self.towns else ()
        return tuple(sorted(self.names.get(town_key(name), ())))


def outside_wallonia(municipality: str, postcode: str) -> bool:
    """Whether a row lies in Brussels or Flanders: the FWB's schools do, Préau's do not."""
    name = plain(municipality)
    if name:
        return name in OUTSIDE
    return postcode.isdecimal() and 1000 <= int(postcode) <= 1299


def point_problem(latitude: float, longitude: float, nis_code: str) -> str:
    """Why a point cannot be a site of that municipality; empty when it may.

    The box of its province is what we know of a municipality's extent: wide enough for a border
    school, narrow enough to tell a missing digit, a swapped pair, or another country.
    """
    south, north, west, east = BOXES[province_of(nis_code)]
    if south <= latitude <= north and west <= longitude <= east:
        return ""
    if south <= longitude <= north and west <= latitude <= east:
        return "swapped"
    return "far_away"
