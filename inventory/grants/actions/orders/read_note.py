"""Delivery notes from a sheet: CSV, XLSX or JSON, read row by row; each wrong one is told."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.actions.device_writing import FactsRefused
from inventory.grants.actions.orders.announce_delivery import read_lines
from inventory.grants.models.orders.purchases import Order
from inventory.grants.models.orders.supply import SupplierOrder
from schools.imports.columns import Column, Layout
from schools.imports.reading import FileRefused, Source, open_source

ROWS = 5000
LAYOUT = Layout(
    kind="delivery_note",
    label=gettext_lazy("bon de livraison"),
    columns=(
        Column("delivery", "bon", ("delivery", "bon_de_livraison", "lieferschein"), required=True),
        Column("order", "commande", ("for", "order", "bestellung"), required=True),
        Column(
            "part_number", "reference",
            ("reference_de_commande", "part_number", "modele", "artikelnummer"), required=True,
        ),
        Column("quantity", "nombre", ("quantite", "quantity", "menge")),
        Column("serial", "serie", ("numero_de_serie", "serial", "seriennummer")),
        Column("on", "date", ("date_prevue", "on", "prevue_le", "datum")),
    ),
    example=(("BL-26-4471", "C-2026-0001", "P14", "1", "5CG4123XYZ", "2026-12-02"),),
)  # fmt: skip


@dataclass(slots=True)
class NoteRead:
    """What a file says: one body of a message for each delivery note, or what is wrong with it."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, column, why."""
    rows: int = 0
    sha256: str = ""


def read_note(row: SupplierOrder, file: File[bytes]) -> NoteRead:
    """Read and check a file against what is still to come. Nothing is written.

    Raises FileRefused where it is no such file.
    """
    with tempfile.NamedTemporaryFile(suffix=Path(str(file.name)).suffix) as kept:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
            kept.write(chunk)
        kept.flush()
        found = _read(open_source(Path(kept.name), LAYOUT))
    found.sha256 = digest.hexdigest()
    if not found.errors:
        _check(row, found)
    return found


def _read(source: Source) -> NoteRead:
    """Rows of one delivery note and one order are one message, in the order of the file."""
    found = NoteRead()
    notes: dict[tuple[str, str], dict[str, Any]] = {}
    for one in source.rows:
        found.rows += 1
        if found.rows > ROWS:
            raise FileRefused(_("Plus de %(n)d lignes\u00a0: coupez le fichier.") % {"n": ROWS})
        cells = {
            key: one.cells[place].strip() if place < len(one.cells) else ""
            for key, place in source.places.items()
        }
        wrong = _wrong(cells)
        if wrong:
            found.errors.append((one.line, *wrong))
            continue
        key = (cells["delivery"], cells["order"])
        body = notes.setdefault(key, {"delivery": key[0], "for": key[1], "lines": []})
        if on := _day(cells.get("on", "")):
            body["on"] = on
        _add(body["lines"], cells, one.line)
    found.bodies = list(notes.values())
    if not found.rows:
        raise FileRefused(_("Ce fichier n’a pas de ligne sous ses titres."))
    return found


def _wrong(cells: dict[str, str]) -> tuple[str, str] | None:
    """The first cell that cannot be, and what is expected."""
    for key, name in (("delivery", "bon"), ("order", "commande"), ("part_number", "reference")):
        if not cells.get(key):
            return name, _("vide\u00a0: une valeur est attendue")
    quantity = cells.get("quantity", "")
    if quantity and not (quantity.isdecimal() and 1 <= int(quantity[:7]) <= 100_000):
        return "nombre", _("«\u00a0%(value)s\u00a0»\u00a0: un nombre entier est attendu") % {
            "value": quantity[:40]
        }
    if cells.get("serial") and quantity not in ("", "1"):
        return "nombre", _("un numéro de série est celui d’une seule pièce")
    if cells.get("on") and not _day(cells["on"]):
        return "date", _("«\u00a0%(value)s\u00a0»\u00a0: un jour est attendu, comme 02/12/2026") % {
            "value": cells["on"][:40]
        }
    return None


def _day(text: str) -> str:
    """``02/12/2026`` or ``2026-12-02``; empty where it is no day."""
    parts = text.split("/")
    told = "-".join(reversed(parts)) if len(parts) == 3 else text[:10]
    try:
        day = parse_date(told)
    except ValueError:
        return ""
    return day.isoformat() if day else ""


def _add(lines: list[dict[str, Any]], cells: dict[str, str], rank: int) -> None:
    """One more piece, or so many of them, of a product."""
    known = next((one for one in lines if one["part_number"] == cells["part_number"]), None)
    if known is None:
        known = {"part_number": cells["part_number"], "quantity": 0, "serials": [], "row": rank}
        lines.append(known)
    known["quantity"] += int(cells.get("quantity") or 1)
    if cells.get("serial"):
        known["serials"].append(cells["serial"])


def _check(row: SupplierOrder, found: NoteRead) -> None:
    """As the message will be: each note against what is still to come of its order."""
    for body in found.bodies:
        ranks = [one.pop("row") for one in body["lines"]]
        order = Order.objects.filter(
            lines__supplier_order=row, reference__iexact=body["for"]
        ).first()
        if order is None:
            why = _("«\u00a0%(ref)s\u00a0» n’est pas de cette commande.") % {"ref": body["for"]}
            found.errors.append((ranks[0], "commande", why))
            continue
        if row.supplier.shipments.filter(reference=body["delivery"]).exists():
            why = _("Ce bon de livraison est déjà annoncé.")
            found.errors.append((ranks[0], "bon", why))
        try:
            read_lines(row, order, body["lines"])
        except FactsRefused as refused:
            found.errors += [
                (_rank(name, ranks), _column(name), why) for name, why in refused.errors.items()
            ]


def _rank(name: str, ranks: list[int]) -> int:
    number = name.split(".")[1] if name.startswith("lines.") else "1"
    return ranks[int(number) - 1]


def _column(name: str) -> str:
    last = name.rpartition(".")[2]
    return {"serials": "serie", "quantity": "nombre", "product": "reference"}.get(last, last)
