"""What the page of a device shows of it: its category's own fields in words."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.models import CustomField, Device
from inventory.rules.custom import shown_value


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An own field with its value; ``archived``: no longer asked for."""

    label: str
    value: str
    archived: bool
    required: bool


def own_lines(here: Device) -> list[OwnLine]:
    """The fields of the category, empty ones too; archived ones where they hold something."""
    rows = CustomField.objects.all()
    found = []
    for row in rows:
        value = here.custom.get(row.key)
        live = row.archived_at is None and here.product.category in row.categories
        if live or value is not None:
            field = row.as_field()
            found.append(OwnLine(field.label, shown_value(field, value), not live, field.required))
    return found
