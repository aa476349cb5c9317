"""Files as the sources send them, made in a line, and runs over them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

from schools.actions.apply_import import apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import ImportRun, User

AS_OF = dt.date(2026, 9, 1)
ROW: dict[str, Any] = {
    "ndeg_fase_du_po": "701",
    "nom_du_po": "AC de Bellerive",
    "numero_bce_du_po": "",
    "ndeg_fase_de_l_etablissement": "801",
    "nom_de_l_etablissement": "École du Tilleul",
    "ndeg_fase_de_l_implantation": "901",
    "adresse_de_l_implantation": "Rue du Tilleul 3",
    "code_postal_de_l_implantation": "5990",
    "localite_de_l_implantation": "Bellerive",
    "commune_de_l_implantation": "Bellerive",
    "type_d_enseignement": "Ordinaire",
    "niveau": "Fondamental",
    "genre": "Mixte",
    "reseau": "Officiel subventionné",
    "arrondissement_administratif": "Namur",
    "latitude": "50.46",
    "longitude": "4.86",
}


def row(**cells: Any) -> dict[str, Any]:
    """A row of the register; short names: ``po``, ``school``, ``site``, ``name``…"""
    short = {
        "po": "ndeg_fase_du_po",
        "po_name": "nom_du_po",
        "bce": "numero_bce_du_po",
        "school": "ndeg_fase_de_l_etablissement",
        "name": "nom_de_l_etablissement",
        "site": "ndeg_fase_de_l_implantation",
        "address": "adresse_de_l_implantation",
        "postcode": "code_postal_de_l_implantation",
        "locality": "localite_de_l_implantation",
        "town": "commune_de_l_implantation",
        "type": "type_d_enseignement",
        "level": "niveau",
        "network": "reseau",
    }
    return ROW | {short.get(key, key): value for key, value in cells.items()}


def sheet(
    rows: Iterable[Mapping[str, Any]], *, sep: str = ";", encoding: str = "utf-8-sig"
) -> bytes:
    """The rows as a CSV file."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=sep)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def preview(
    content: bytes | Iterable[Mapping[str, Any]],
    kind: str = "register",
    *,
    name: str = "source.csv",
    user: User | None = None,
    as_of: dt.date = AS_OF,
) -> ImportRun:
    """A run over the file, read as far as it goes."""
    data = content if isinstance(content, bytes) else sheet(content)
    run = start_import(user, kind, io.BytesIO(data), name, as_of)
    read_import(run.pk)
    run.refresh_from_db()
    return run


def apply(run: ImportRun, *, closing: bool = False, user: User | None = None) -> ImportRun:
    """Confirm and write."""
    confirm_import(user, run.pk, run.fingerprint, closing=closing)
    apply_import(run.pk)
    run.refresh_from_db()
    return run


def load(content: bytes | Iterable[Mapping[str, Any]], kind: str = "register", **more: Any) -> Any:
    """Preview and write; the run."""
    closing = more.pop("closing", False)
    run = preview(content, kind, **more)
    assert run.state == "previewed", run.failure
    return apply(run, closing=closing)


def told(run: ImportRun, outcome: str) -> list[tuple[int | None, str, str]]:
    """(line, column, reason) of the findings of one outcome."""
    return list(run.findings.filter(outcome=outcome).values_list("line", "column", "reason"))
