"""Own fields that a program names, read by the category of each device, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import CustomField, Device, Product
from inventory.rules.custom import Field, Value, read_value
from schools.models import User


@dataclass(frozen=True, slots=True)
class Misread:
    """A value that was not taken: which row, which field, what was said, and why."""

    line: int
    key: str
    said: str
    why: str


def own_fields_read(
    user: User, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], list[Misread]]:
    """The rows with typed own fields (None empties one), and what could not be read.

    The category is that of the product that the row names, else of the device's own. Devices that
    the person does not see keep what was said: they are refused as such.
    """
    category_of = _categories(user, rows)
    known = _fields(set(category_of.values()))
    done: list[Mapping[str, Any]] = []
    misread: list[Misread] = []
    for line, row in enumerate(rows):
        category = category_of.get(line)
        if category is None:
            done.append(row)
            continue
        values: dict[str, Value | None] = {}
        for key, said in row["custom"].items():
            try:
                values[key] = _value(known.get(category, {}).get(key), said)
            except ValueError as error:
                misread.append(Misread(line, key, str(said), str(error)))
        done.append({**row, "custom": values})
    return done, misread


def _value(field: Field | None, said: object) -> Value | None:
    if field is None:
        raise ValueError(_("Ce champ n’existe pas pour cette catégorie."))
    value = read_value(field, said)
    if value is None and field.required:
        raise ValueError(
            _("Indiquez « %(label)s » : ce champ est obligatoire.") % {"label": field.label}
        )
    return value


def _categories(user: User, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Line → category, of the rows that name own fields of a device that the person sees."""
    naming = {line: row for line, row in enumerate(rows) if row.get("custom")}
    if not naming:
        return {}
    keys = [row["id"] for row in naming.values()]
    seen = Device.objects.visible_to(user).filter(pk__in=keys)
    here = dict(seen.values_list("pk", "product__category"))
    products = {row["product"] for row in naming.values() if row.get("product")}
    there = dict(Product.objects.filter(pk__in=products).values_list("pk", "category"))
    return {
        line: there.get(row.get("product") or 0, here[row["id"]])
        for line, row in naming.items()
        if row["id"] in here
    }


def _fields(categories: set[str]) -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    if not categories:
        return found
    for row in CustomField.objects.filter(categories__overlap=list(categories)).live():
        for category in categories & set(row.categories):
            found.setdefault(category, {})[row.key] = row.as_field()
    return found
