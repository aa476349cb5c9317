"""One row of a file of devices as a staged row; what is wrong with its cells is noted."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices

from inventory.imports.columns import OWN
from inventory.imports.known import Known
from inventory.imports.words import EMPTIED, is_emptied, words_of
from inventory.models import Category, CloudMove, DeviceState, Origin, Owner
from inventory.rules.custom import read_value
from schools.imports.columns import plain as fold
from schools.imports.findings import Finding
from schools.imports.reading import Row, Source
from schools.imports.values import Cells, whole
from schools.imports.words import SCHEMES

plain = lru_cache(maxsize=8192)(fold)
"""A hundred thousand rows say a few hundred words."""
LONGEST = {"serial": 60, "asset_number": 30, "name": 60, "room": 60, "notes": 500}
TEXTS = ("serial", "asset_number", "room", "notes")
CHOICES: tuple[tuple[str, type[TextChoices], str], ...] = (
    ("state", DeviceState, "unknown_state"),
    ("owner", Owner, "unknown_owner"),
    ("origin", Origin, "unknown_origin"),
    ("cloud_move", CloudMove, "unknown_move"),
)
DAYS = ("installed_on", "warranty_until")
_MAC = re.compile(r"[0-9a-f]{12}")
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
LATE = "-infinity"
"""A day taken away."""


class RowReader:
    """Reads the rows of one file; keeps the products that are to be made."""

    def __init__(self, source: Source, known: Known, *, create_products: bool) -> None:
        self.source, self.known, self.create_products = source, known, create_products
        places = source.places
        self.own = [key for key in places if key.startswith(f"{OWN}:")]
        self.texts = [key for key in TEXTS if key in places]
        self.choices = [one for one in CHOICES if one[0] in places]
        self.days = [key for key in DAYS if key in places]

    def read(self, row: Row) -> tuple[list[Any], list[Finding], bool]:
        """(staged row, findings, refused). A refused row is not staged."""
        cells = Cells(self.source, row)
        said: dict[str, Any] = {}
        if cells.sure:
            self._identity(cells, said)
            self._place(cells, said)
            self._product(cells, said)
            self._facts(cells, said)
        values = [
            row.line, None, said.get("code"), said.get("serial"), said.get("asset_number"),
            said.get("mac"), said.get("name"), said.get("site_id"), said.get("room"),
            said.get("product_id"), said.get("state"), said.get("owner"), said.get("origin"),
            said.get("holder_id"), said.get("cloud_move"), said.get("installed_on"),
            said.get("warranty_until"), said.get("notes"), said.get("custom"),
            said.get("version"), list(row.cells),
        ]  # fmt: skip
        return values, cells.findings, cells.refused

    def _identity(self, cells: Cells, said: dict[str, Any]) -> None:
        if code := cells.raw("code").upper().replace("O", "0").replace(" ", ""):
            said["code"] = code
            if not _CODE.fullmatch(code):
                cells.refuse("not_code", "code")
        if written := cells.raw("mac"):
            said["mac"] = _mac(cells, written)
        if name := cells.text("name", LONGEST["name"]):
            said["name"] = name
        for key in self.texts:
            if text := cells.text(key, LONGEST[key]):
                said[key] = "" if is_emptied(text) else text
        if version := whole(cells.raw("version")):
            if not version.isdecimal() or len(version) > 9:
                cells.refuse("not_version", "version")
            else:
                said["version"] = int(version)

    def _place(self, cells: Cells, said: dict[str, Any]) -> None:
        if not cells.raw("site_number"):
            return
        words = plain(cells.raw("scheme"))
        scheme = cells.one_of("scheme", SCHEMES, "unknown_scheme", words)
        number = cells.number("site_number", scheme or "fase")
        site = self.known.site(scheme, number) if scheme else None
        if site is None and not cells.refused:
            cells.refuse("unknown_place", "site_number")
        said["site_id"] = site

    def _product(self, cells: Cells, said: dict[str, Any]) -> None:
        maker, model = cells.text("maker", 60), cells.text("model", 100)
        if not maker and not model:
            return
        if not maker or not model:
            cells.refuse("half_product", "model" if maker else "maker")
            return
        said["product_id"] = self.known.product(maker, model)
        if said["product_id"] is not None:
            return
        if not self.create_products:
            near = self.known.near(maker, model)
            told = {"other": near} if near else {}
            cells.refuse("near_product" if near else "unknown_product", "model", **told)
            return
        category = words_of(Category).get(plain(cells.raw("category")), "")
        if not category:
            reason = "unknown_category" if cells.raw("category") else "no_category"
            cells.refuse(reason, "category" if "category" in cells.source.places else "model")
        elif not cells.refused:
            new = self.known.add(maker, model, category, cells.row.line)
            said["product_id"] = -new.ref

    def _facts(self, cells: Cells, said: dict[str, Any]) -> None:
        for key, choices, reason in self.choices:
            if written := cells.raw(key):
                said[key] = self._word(cells, key, choices, reason, plain(written))
        for key in self.days:
            said[key] = _day(cells, key)
        if written := cells.raw("holder").lower():
            found = 0 if is_emptied(written) else self.known.people.get(written)
            if found is None:
                cells.refuse("unknown_holder", "holder")
            said["holder_id"] = found
        if own := self._own(cells):
            said["custom"] = own

    def _own(self, cells: Cells) -> dict[str, Any]:
        """Values of own fields, of the type of each; a column that no field has is kept as text."""
        found: dict[str, Any] = {}
        for key in self.own:
            name, text = key.partition(":")[2], cells.raw(key)
            if not text:
                continue
            field = self.known.own.get(name)
            if is_emptied(text) or field is None:
                found[name] = None if is_emptied(text) else text
                continue
            try:
                found[name] = read_value(field, text)
            except ValueError as why:
                cells.refuse("bad_own", key, why=str(why))
        return found

    def _word(
        self, cells: Cells, key: str, choices: type[TextChoices], reason: str, written: str
    ) -> str | None:
        if written in EMPTIED and "" in choices.values:
            return ""
        found = words_of(choices).get(written)
        if found is None:
            known = ", ".join(str(label) for value, label in choices.choices if value)
            cells.refuse(reason, key, known=known)
        return found


def _mac(cells: Cells, written: str) -> str:
    """``AA-BB-CC-DD-EE-FF``, ``aabb.ccdd.eeff``… as the register writes it."""
    if is_emptied(written):
        return ""
    digits = re.sub(r"[^0-9a-z]", "", written.lower())
    if not _MAC.fullmatch(digits):
        cells.refuse("not_mac", "mac")
        return ""
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def _day(cells: Cells, key: str) -> date | str | None:
    if is_emptied(cells.raw(key)):
        return LATE
    return cells.day(key)
