"""A fictitious Region as plain values, the same for the same seed: places, pupils, rooms, people.

The proportions are those of Wallonia, roughly: 750,000 pupils at 3,500 sites, seven schools in
ten fondamental, the SeGEC about half, a school in two with one site alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from deploy.lab.fiction.towns import WEIGHTS, FictitiousTown, make_towns
from deploy.lab.fiction.words import person, street

T = TypeVar("T")
PUPILS_PER_SITE = 750_000 / 3_500
COUNTED_IN = 2026
SITES_OF_A_SCHOOL = ((1, 54), (2, 26), (3, 10), (4, 6), (5, 3), (6, 1))
FORMS = (
    # form of school, per mille, median pupils of a site, spread
    ("fondamental", 700, 140, 0.55),
    ("secondaire", 210, 430, 0.6),
    ("specialise", 55, 100, 0.5),
    ("promotion", 35, 240, 0.7),
)
LEVELS: dict[str, tuple[str, ...]] = {
    "fondamental": ("maternel", "primaire"),
    "secondaire": ("secondaire",),
    "specialise": ("specialise",),
    "promotion": ("promotion-sociale",),
}
WITH_CEFA = 0.12
NETWORKS = (("wbe", 14), ("officiel", 36), ("libre", 47), ("felsi", 3))
PER_CLASS = 21
ROOMS_OF_A_FLOOR = 8
ELSEWHERE = 0.04
"""Share of the sites that are EPN or training centres."""
GERMAN = 0.02


@dataclass(slots=True)
class FictitiousPerson:
    name: str
    email: str
    role: str
    phone: str = ""


@dataclass(slots=True)
class FictitiousSite:
    number: str
    town: FictitiousTown
    address: str
    latitude: float
    longitude: float
    pupils: dict[int, dict[str, int]] = field(default_factory=dict)
    """Year → level → pupils."""
    rooms: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(name, use in words, building, floor)."""
    ise: str = ""
    contact: FictitiousPerson | None = None


@dataclass(slots=True)
class FictitiousSchool:
    number: str
    name: str
    scheme: str
    kind: str
    form: str
    network: str
    authority: FictitiousAuthority
    sites: list[FictitiousSite] = field(default_factory=list)
    head: FictitiousPerson | None = None


@dataclass(slots=True)
class FictitiousAuthority:
    number: str
    name: str
    bce: str


@dataclass(slots=True)
class FictitiousRegion:
    towns: list[FictitiousTown]
    authorities: list[FictitiousAuthority]
    schools: list[FictitiousSchool]

    @property
    def sites(self) -> list[FictitiousSite]:
        return [site for school in self.schools for site in school.sites]

    def pupils(self, year: int = COUNTED_IN) -> int:
        """How many pupils the count of that year finds."""
        return sum(sum(site.pupils.get(year, {}).values()) for site in self.sites)


def make_region(sites: int, seed: int = 1) -> FictitiousRegion:
    """A Region of exactly ``sites`` sites. The same seed gives the same Region."""
    maker = _Maker(Random(seed), sites)
    maker.schools_of_the_fwb()
    maker.schools_of_the_dg()
    maker.places_elsewhere()
    maker.furnish()
    return FictitiousRegion(maker.towns, maker.authorities, maker.schools)


def valid_bce(number: int) -> str:
    """A BCE number nobody bears: 1999…, with its check digits."""
    stem = 19_990_000 + number
    return f"{stem}{97 - stem % 97:02d}"


class _Maker:
    """Draws everything from one generator, in one order."""

    def __init__(self, random: Random, sites: int) -> None:
        self.random, self.wanted = random, sites
        self.german_sites = max(1, round(sites * GERMAN))
        self.other_sites = max(1, round(sites * ELSEWHERE))
        self.towns = make_towns(random, sites)
        self.french = [town for town in self.towns if not town.german]
        self.weights = [WEIGHTS[town.province] / _many(self.french, town) for town in self.french]
        self.authorities: list[FictitiousAuthority] = []
        self.schools: list[FictitiousSchool] = []
        self.known: dict[str, FictitiousAuthority] = {}
        self.numbers = {"school": 800_000, "site": 900_000}

    # --- places -------------------------------------------------------------------------------

    def schools_of_the_fwb(self) -> None:
        left = self.wanted - self.german_sites - self.other_sites
        while left > 0:
            count = min(left, self._weighted(SITES_OF_A_SCHOOL))
            self._school(self.random.choices(self.french, self.weights)[0], count)
            left -= count

    def _school(self, town: FictitiousTown, count: int) -> None:
        form = self._weighted(tuple((one[0], one[1]) for one in FORMS))
        network = self._weighted(NETWORKS)
        authority = self._authority(network, town, form)
        name = f"{self._school_name(form, network)} {self.random.choice(NAMED)}"
        school = FictitiousSchool(
            self._number("school"),
            f"{name} ({town.name})",
            "FASE",
            "école",
            form,
            network,
            authority,
        )
        school.sites = [self._site(town, self._number("site")) for _n in range(count)]
        self.schools.append(school)

    def _school_name(self, form: str, network: str) -> str:
        return {
            "fondamental": {
                "wbe": "Athénée fondamental", "officiel": "École communale",
                "libre": "École libre", "felsi": "École pluraliste",
            },
            "secondaire": {
                "wbe": "Athénée royal fictif", "officiel": "Institut communal",
                "libre": "Institut", "felsi": "Lycée pluraliste",
            },
        }.get(form, {}).get(network) or {
            "specialise": "École spécialisée", "promotion": "Cours du soir",
        }[form]  # fmt: skip

    def _authority(self, network: str, town: FictitiousTown, form: str) -> FictitiousAuthority:
        if network == "wbe":
            return self._named("Wallonie-Bruxelles Enseignement (fiction)")
        if network == "officiel":
            above = form in ("secondaire", "promotion") and self.random.random() < 0.4
            return self._named(
                f"Province fictive de {town.province}" if above else f"AC de {town.name}"
            )
        part = self.random.choice(("Nord", "Sud", "Centre"))
        return self._named(f"ASBL {network.title()} {part} de {town.name}")

    def _named(self, name: str) -> FictitiousAuthority:
        if name not in self.known:
            number = len(self.authorities) + 1
            made = FictitiousAuthority(str(700_000 + number), name, valid_bce(number))
            self.known[name] = made
            self.authorities.append(made)
        return self.known[name]

    def schools_of_the_dg(self) -> None:
        towns = [town for town in self.towns if town.german]
        for number in range(1, self.german_sites + 1):
            town = towns[number % len(towns)]
            form = "secondaire" if number % 5 == 0 else "fondamental"
            word = "Sekundarschule" if form == "secondaire" else "Grundschule"
            school = FictitiousSchool(
                f"DG8{number:03d}", f"{word} {town.name} {number}", "DG", "école", form, "dg",
                self._named(f"Gemeinde {town.name}"),
            )  # fmt: skip
            school.sites = [self._site(town, f"DG9{number:03d}")]
            self.schools.append(school)

    def places_elsewhere(self) -> None:
        for number in range(1, self.other_sites + 1):
            town = self.random.choices(self.french, self.weights)[0]
            training = number % 3 == 0
            kind = "centre de formation" if training else "EPN"
            name = "Centre de formation" if training else "Espace numérique"
            school = FictitiousSchool(
                f"29990{number:05d}", f"{name} {town.name} {number}", "BCE", kind, "", "none",
                self._named(f"ASBL Numérique de {town.name}"),
            )  # fmt: skip
            school.sites = [self._site(town, f"29990{number:05d}")]
            self.schools.append(school)

    def _site(self, town: FictitiousTown, number: str) -> FictitiousSite:
        return FictitiousSite(
            number,
            town,
            street(self.random, town.german),
            round(town.latitude + self.random.uniform(-0.012, 0.012), 5),
            round(town.longitude + self.random.uniform(-0.018, 0.018), 5),
        )

    def _number(self, what: str) -> str:
        self.numbers[what] += 1
        return str(self.numbers[what])

    def _weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        return self.random.choices([c for c, _w in choices], [w for _c, w in choices])[0]

    # --- what is inside -----------------------------------------------------------------------

    def furnish(self) -> None:
        """Pupils to the Region's total, then what follows from them: rooms, classes, people."""
        drawn = {
            site.number: self._draw(school.form)
            for school in self.schools
            if school.form
            for site in school.sites
        }
        factor = PUPILS_PER_SITE * self.wanted / max(sum(drawn.values()), 1)
        for school in self.schools:
            german = school.scheme == "DG"
            for site in school.sites:
                pupils = max(8, round(drawn.get(site.number, 0) * factor)) if school.form else 0
                self._pupils(school, site, pupils)
                self._rooms(site, pupils)
                site.contact = self._person(school, site.number, "contact", german)
            if school.form:
                school.head = self._person(school, school.number, "direction", german)

    def _draw(self, form: str) -> float:
        _form, _share, median, spread = next(one for one in FORMS if one[0] == form)
        return min(median * self.random.lognormvariate(0, spread), 2_400)

    def _pupils(self, school: FictitiousSchool, site: FictitiousSite, pupils: int) -> None:
        if not pupils:
            return
        levels = LEVELS[school.form]
        if school.form == "secondaire" and self.random.random() < WITH_CEFA:
            levels = ("secondaire", "cefa")
        share = {"maternel": 0.34, "cefa": 0.15}
        left = pupils
        now: dict[str, int] = {}
        for level in reversed(levels):
            part = round(pupils * share[level]) if level in share and len(levels) > 1 else None
            now[level] = min(part, left) if part is not None else 0
            left -= now[level]
        main = next(level for level in levels if level not in share or len(levels) == 1)
        now[main] += left
        before = {
            level: max(0, round(n * self.random.uniform(0.94, 1.06))) for level, n in now.items()
        }
        site.pupils = {COUNTED_IN - 1: before, COUNTED_IN: now}
        if school.scheme == "FASE" and school.form in ("fondamental", "secondaire"):
            number = self.random.randint(1, 20)
            site.ise = f"3{self.random.choice('ab')}" if number == 3 else str(number)

    def _rooms(self, site: FictitiousSite, pupils: int) -> None:
        classes = max(2, -(-pupils // PER_CLASS)) if pupils else 2
        uses = ["classe"] * classes + ["local à usage pédagogique"] * (1 + classes // 7)
        uses += ["salle des professeurs", "local technique"]
        for place, use in enumerate(uses):
            building = "ABCDEFGH"[min(place // (3 * ROOMS_OF_A_FLOOR), 7)]
            floor = place % (3 * ROOMS_OF_A_FLOOR) // ROOMS_OF_A_FLOOR
            name = f"{building}.{floor}{place % ROOMS_OF_A_FLOOR + 1:02d}"
            if place // (3 * ROOMS_OF_A_FLOOR) > 7:
                name = f"{name}-{place}"
            site.rooms.append((name, use, building, str(floor)))

    def _person(
        self, school: FictitiousSchool, number: str, role: str, german: bool
    ) -> FictitiousPerson:
        phone = f"0{self.random.choice(('81', '71', '4'))} 00 {self.random.randint(10, 99)} 00"
        return FictitiousPerson(
            person(self.random, german), f"{role}.{number.lower()}@ecole.example", role, phone
        )


NAMED = (
    "du Tilleul", "des Saules", "de la Fontaine", "du Moulin", "des Bouleaux", "du Verger",
    "de l’Étang", "des Peupliers", "du Noyer", "des Hêtres", "de la Colline", "des Genêts",
    "de la Clairière", "du Ruisseau", "des Quatre-Vents", "de l’Alouette",
)  # fmt: skip


def _many(towns: list[FictitiousTown], town: FictitiousTown) -> int:
    return sum(other.province == town.province for other in towns)
