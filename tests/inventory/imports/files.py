"""Files of devices made in a line, and runs over them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.models import ImportRun, Site, User
from tests.schools.imports.sources import AS_OF, apply, sheet

__all__ = ["apply", "load", "number_sites", "preview", "row", "told"]

SHORT = {
    "serial": "numero_de_serie",
    "asset": "etiquette",
    "mac": "adresse_mac",
    "name": "nom",
    "site": "ndeg_fase_de_l_implantation",
    "room": "local",
    "maker": "marque",
    "model": "modele",
    "category": "type",
    "state": "situation",
    "owner": "proprietaire",
    "origin": "provenance",
    "holder": "confie_a",
    "installed": "installe_le",
    "warranty": "garantie_jusqu_au",
    "notes": "remarque",
}


def number_sites() -> None:
    """Give each site of the cast a FASE number."""
    for place, site in enumerate(Site.objects.order_by("pk"), 900_101):
        Site.objects.filter(pk=site.pk).update(number=str(place))


def row(site: Site | None = None, **cells: Any) -> dict[str, Any]:
    """A row of devices; short names for the columns, ``site`` as the object."""
    said = {SHORT.get(key, key): value for key, value in cells.items()}
    if site is not None:
        said["ndeg_fase_de_l_implantation"] = site.number
        said["type_de_numero"] = site.scheme
    return said


def full(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as CSV; a row may leave columns out."""
    rows = list(rows)
    heads = list(dict.fromkeys(key for one in rows for key in one))
    return sheet([{head: one.get(head, "") for head in heads} for one in rows])


def preview(
    content: bytes | Iterable[Mapping[str, Any]],
    user: User | None = None,
    name: str = "materiel.csv",
    **options: bool,
) -> ImportRun:
    """A run over the file, read as far as it goes."""
    data = content if isinstance(content, bytes) else full(content)
    run = start_import(user, "devices", io.BytesIO(data), name, AS_OF, options=options)
    read_import(run.pk)
    run.refresh_from_db()
    return run


def load(content: Any, user: User | None = None, **options: bool) -> ImportRun:
    """Preview and write."""
    run = preview(content, user, **options)
    assert run.state == "previewed", run.failure
    run = apply(run, user=user)
    assert run.state == "applied", run.failure
    return run


def told(run: ImportRun, outcome: str = "refused") -> list[tuple[int | None, str, str]]:
    """(line, column, reason) of the findings of one outcome."""
    return list(run.findings.filter(outcome=outcome).values_list("line", "column", "reason"))
