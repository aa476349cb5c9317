"""Fictitious equipment of a Region: rows as a school office would send them, any number of them."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from schools.models import Room, Site

HEADS = (
    "Numéro de série", "Étiquette", "Adresse MAC", "Nom", "Type de numéro",
    "N° FASE de l’implantation", "Local", "Marque", "Modèle", "Type", "Situation", "Propriétaire",
    "Provenance", "Installé le", "Garantie jusqu’au", "Remarque", "champ:lot",
)  # fmt: skip
KINDS: tuple[tuple[int, str, str, str, str], ...] = (
    (46, "PC", "portable", "Exemple", "Portable 14"),
    (14, "PCF", "poste fixe", "Exemple", "Bureau 3"),
    (14, "TAB", "tablette", "Modèle SA", "Tablette 11"),
    (7, "TBI", "écran interactif", "Tableau & Cie", "Écran 75"),
    (4, "PRJ", "projecteur", "Lumière", "Faisceau 4000"),
    (8, "AP", "borne WiFi", "Ondes", "AP 12"),
    (4, "SW", "commutateur", "Ondes", "Commuta 48"),
    (2, "IMP", "imprimante", "Encre", "Laser 300"),
    (1, "SRV", "serveur", "Exemple", "Tour 1"),
)
"""(how many in a hundred, letters of the name, type, maker, model); each in five generations."""
STATES = ("installé",) * 88 + ("en stock",) * 5 + ("prêté",) * 3 + ("en réparation",) * 2 + (
    "retiré",) * 2  # fmt: skip
OWNERS = ("pouvoir organisateur", "école", "Région")
ORIGINS = ("appel à projets", "centrale d’achat", "fonds propres", "don")
FIRST = dt.date(2019, 9, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A site that receives equipment: its number, and the names of its rooms."""

    scheme: str
    number: str
    rooms: tuple[str, ...] = ()


def places() -> list[Place]:
    """The open sites of the register, each with its rooms."""
    rooms: dict[int, list[str]] = defaultdict(list)
    for site, name in Room.objects.open().order_by("pk").values_list("site", "name"):
        rooms[site].append(name)
    sites = Site.objects.open().exclude(number=None).order_by("pk")
    return [
        Place(scheme, number, tuple(rooms[pk]))
        for pk, scheme, number in sites.values_list("pk", "scheme", "number")
        if number
    ]


def device_rows(sites: Sequence[Place], count: int, seed: int = 1) -> Iterator[list[str]]:
    """So many devices spread over the sites; the same ones for the same seed."""
    random = Random(seed)
    kinds = [kind for kind in KINDS for _n in range(kind[0])]
    for number in range(count):
        place = sites[number % len(sites)]
        _share, letters, category, maker, model = kinds[random.randrange(len(kinds))]
        generation = random.randrange(1, 6)
        day = FIRST + dt.timedelta(days=random.randrange(2500))
        yield [
            f"F{seed}-{number:07d}",
            f"RW-{seed}-{number:06d}",
            ":".join(f"{byte:02x}" for byte in (2, seed % 256, *number.to_bytes(4, "big"))),
            f"{letters}-{number // len(sites):04d}",
            place.scheme,
            place.number,
            random.choice(place.rooms) if place.rooms else "",
            maker,
            f"{model} G{generation}",
            category,
            STATES[random.randrange(len(STATES))],
            OWNERS[random.randrange(3)],
            ORIGINS[random.randrange(4)],
            f"{day:%d/%m/%Y}",
            f"{day.replace(year=day.year + 5, day=1).isoformat()}",
            "",
            f"L{day.year}",
        ]


def write_devices(path: Path, rows: Iterator[list[str]]) -> int:
    """As CSV; how many rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADS)
        for count, row in enumerate(rows, 1):  # noqa: B007  the last one is the number
            writer.writerow(row)
    return count
