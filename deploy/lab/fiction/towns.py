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
FRENCH = 40
"""Codes of each arrondissement for French-speaking towns; ten more for German ones."""
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
    names = dict(zip(_codes(), town_names(), strict=False))
    wanted = max(sites // SITES_PER_TOWN, 5)
    towns = []
    for province, weight in WEIGHTS.items():
        codes = [code for code in names if code[:2] in ARRONDISSEMENTS[province]]
        count = max(1, min(round(wanted * weight / 100), len(codes)))
        towns += [_town(random, code, names[code], province) for code in codes[:count]]
    german = zip(range(FROM_CODE + FRENCH, FROM_CODE + 50), town_names(german=True), strict=False)
    for number, name in list(german)[: max(2, len(towns) // 29)]:
        code = f"{GERMAN_ARRONDISSEMENT}{number}"
        towns.append(_town(random, code, name, "liege", german=True))
    return towns


def _codes() -> Iterator[str]:
    """The codes for French-speaking towns, all arrondissements by turns."""
    for number in range(FROM_CODE, FROM_CODE + FRENCH):
        for several in ARRONDISSEMENTS.values():
            for digits in several:
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
