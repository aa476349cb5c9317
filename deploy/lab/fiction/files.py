"""A fictitious Region as its sources would send it: one file per source, in their formats."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.lab.fiction.region import COUNTED_IN, FictitiousRegion, FictitiousSchool, FictitiousSite

FWB = (
    "ndeg_fase_du_po", "nom_du_po", "numero_bce_du_po", "ndeg_fase_de_l_etablissement",
    "nom_de_l_etablissement", "ndeg_fase_de_l_implantation", "adresse_de_l_implantation",
    "code_postal_de_l_implantation", "localite_de_l_implantation", "commune_de_l_implantation",
    "type_d_enseignement", "niveau", "genre", "reseau", "arrondissement_administratif",
    "latitude", "longitude",
)  # fmt: skip
PLACES = (
    "type_de_numero", "genre", "nom_du_po", "numero_bce_du_po", "numero_de_l_etablissement",
    "nom_de_l_etablissement", "numero_de_l_implantation", "adresse_de_l_implantation",
    "code_postal_de_l_implantation", "localite_de_l_implantation", "commune_de_l_implantation",
    "niveaux", "reseau", "latitude", "longitude",
)  # fmt: skip
NETWORKS = {
    "wbe": "Wallonie-Bruxelles Enseignement", "officiel": "Officiel subventionné",
    "libre": "Libre confessionnel", "felsi": "Libre non confessionnel", "dg": "DG", "none": "",
}  # fmt: skip
TAUGHT = {
    "fondamental": (("Ordinaire", "Maternel"), ("Ordinaire", "Primaire")),
    "secondaire": (("Ordinaire", "Secondaire"),),
    "specialise": (("Spécialisé", "Primaire"),),
    "promotion": (("Promotion sociale", "Secondaire"),),
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One written file and the import it is for."""

    kind: str
    path: Path


def write_sources(region: FictitiousRegion, folder: Path) -> list[SourceFile]:
    """Write every source into ``folder``; in the order in which they are imported."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "register": folder / "etablissements-fwb.csv",
        "places": folder / "autres-lieux.csv",
        "ise": folder / "classes-ise.json",
        "headcounts": folder / "comptages.csv",
        "rooms": folder / "locaux.csv",
        "contacts": folder / "contacts.csv",
    }
    _csv(files["register"], FWB, register_rows(region))
    _csv(files["places"], PLACES, _places(region))
    files["ise"].write_text(json.dumps({"results": _ise(region)}, ensure_ascii=False))
    heads: tuple[str, ...] = (
        "type_de_numero",
        "numero_d_implantation",
        "niveau",
        "annee",
        "eleves",
    )
    # another encoding and separator, as other offices send them
    _csv(files["headcounts"], heads, _headcounts(region), encoding="cp1252", delimiter=",")
    heads = ("type_de_numero", "numero_d_implantation", "local", "usage", "batiment", "etage")
    _csv(files["rooms"], heads, _rooms(region))
    heads = (
        "type_de_numero", "numero_de_l_etablissement", "numero_d_implantation", "nom",
        "adresse_electronique", "telephone", "fonction", "du",
    )  # fmt: skip
    _csv(files["contacts"], heads, _contacts(region))
    return [SourceFile(kind, path) for kind, path in files.items()]


def _csv(
    path: Path,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ";",
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(heads)
        writer.writerows(rows)


def register_rows(region: FictitiousRegion) -> list[list[str]]:
    """The FWB's rows: one per school, site and type of teaching."""
    rows = []
    for school in region.schools:
        if school.scheme != "FASE":
            continue
        for site in school.sites:
            taught = list(TAUGHT[school.form])
            if "cefa" in site.pupils.get(COUNTED_IN, {}):
                taught.append(("Enseignement en alternance", "Secondaire"))
            rows += [_fwb_row(school, site, kind, level) for kind, level in taught]
    return rows


def _fwb_row(school: FictitiousSchool, site: FictitiousSite, kind: str, level: str) -> list[str]:
    authority = school.authority
    return [
        authority.number, authority.name, authority.bce, school.number, school.name, site.number,
        site.address, site.town.postcode, site.town.name, site.town.name, kind, level, "Mixte",
        NETWORKS[school.network], site.town.province, str(site.latitude), str(site.longitude),
    ]  # fmt: skip


def _places(region: FictitiousRegion) -> Iterable[list[str]]:
    for school in region.schools:
        if school.scheme == "FASE":
            continue
        authority = school.authority
        for site in school.sites:
            levels = ", ".join(site.pupils.get(COUNTED_IN, {}))
            yield [
                school.scheme, school.kind, authority.name, authority.bce, school.number,
                school.name, site.number, site.address, site.town.postcode, site.town.name,
                site.town.name, levels, NETWORKS[school.network], str(site.latitude),
                str(site.longitude),
            ]  # fmt: skip


def _ise(region: FictitiousRegion) -> list[dict[str, object]]:
    return [
        {
            "numero_fase_de_l_implantation": int(site.number),
            "numero_de_classe": site.ise,
            "annee_de_reference_de_la_donnee": str(COUNTED_IN),
        }
        for site in region.sites
        if site.ise
    ]


def _headcounts(region: FictitiousRegion) -> Iterable[list[object]]:
    for school in region.schools:
        for site in school.sites:
            for year, levels in site.pupils.items():
                for level, pupils in levels.items():
                    yield [school.scheme, site.number, level, year, pupils]


def _rooms(region: FictitiousRegion) -> Iterable[list[str]]:
    for school in region.schools:
        for site in school.sites:
            for room in site.rooms:
                yield [school.scheme, site.number, *room]


def _contacts(region: FictitiousRegion) -> Iterable[list[str]]:
    for school in region.schools:
        if head := school.head:
            yield [
                school.scheme, school.number, "", head.name, head.email, head.phone, head.role,
                "2025-09-01",
            ]  # fmt: skip
        for site in school.sites:
            if one := site.contact:
                yield [
                    school.scheme, "", site.number, one.name, one.email, one.phone, one.role,
                    "01/09/2025",
                ]  # fmt: skip
