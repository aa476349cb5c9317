"""The towns of a fictitious Region: reserved NIS codes, a province, a point inside its outline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from deploy.interface.provinces import OUTLINES, LonLat
from deploy.lab.fiction.words import town_names
from schools.rules import ARRONDISSEMENTS

FROM_CODE = 950
"""Codes from 900 on are no real municipality's; the demo's few towns take the first of them."""
PER_ARRONDISSEMENT = 50
WEIGHTS = {"hainaut": 36, "liege": 29, "namur": 14, "brabant-wallon": 12, "luxembourg": 9}
"""Share of the pupils of Wallonia by province, in percent, roughly."""
SITES_PER_TOWN = 12
GERMAN_ARRONDISSEMENT = "63"


@dataclass(frozen=True, slots=True)
class FictitiousTown:
    nis_code: str
    name: str
    province: str
    postcode: str
    longitude: float
    latitude: float
    german: bool = False


def make_towns(random: Random, sites: int) -> list[FictitiousTown]:
    """Enough towns for so many sites, in every province; two German-speaking ones at least."""
    names, german = iter(town_names(random)), iter(town_names(random, german=True))
    codes = {province: _codes(province) for province in ARRONDISSEMENTS}
    most = sum(len(digits) for digits in ARRONDISSEMENTS.values()) * PER_ARRONDISSEMENT
    wanted = min(max(sites // SITES_PER_TOWN, 5), most)
    towns = []
    for province, weight in WEIGHTS.items():
        count = max(1, min(round(wanted * weight / 100), len(ARRONDISSEMENTS[province]) * 40))
        towns += [_town(random, next(codes[province]), next(names), province) for _n in range(count)]
    for number in range(max(2, len(towns) // 29)):
        code = f"{GERMAN_ARRONDISSEMENT}{FROM_CODE + PER_ARRONDISSEMENT - 1 - number}"
        towns.append(_town(random, code, next(german), "liege", german=True))
    return towns


def _codes(province: str) -> Iterator[str]:
    """The free codes of a province, its arrondissements by turns."""
    for number in range(FROM_CODE, FROM_CODE + PER_ARRONDISSEMENT - 10):
        for digits in ARRONDISSEMENTS[province]:
            yield f"{digits}{number}"


def _town(
    random: Random, code: str, name: str, province: str, german: bool = False
) -> FictitiousTown:
    longitude, latitude = (
        (random.uniform(6.03, 6.24), random.uniform(50.24, 50.34))
        if german
        else _inside(random, OUTLINES[province])
    )
    return FictitiousTown(
        code, name, province, f"{POSTCODES[province]}{random.randint(0, 99):02d}",
        round(longitude, 4), round(latitude, 4), german,
    )  # fmt: skip


POSTCODES = {
    "hainaut": "79", "liege": "49", "namur": "59", "brabant-wallon": "14", "luxembourg": "69",
}  # fmt: skip


def _inside(random: Random, outline: tuple[LonLat, ...]) -> LonLat:
    """A point within the outline."""
    lons, lats = [lon for lon, _lat in outline], [lat for _lon, lat in outline]
    while True:
        point = random.uniform(min(lons), max(lons)), random.uniform(min(lats), max(lats))
        if within(point, outline):
            return point


def within(point: LonLat, outline: tuple[LonLat, ...]) -> bool:
    """Whether a ray from the point crosses the outline an odd number of times."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd
