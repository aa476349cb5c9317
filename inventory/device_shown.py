"""What the page of a device shows of it: ports with their far ends, own fields in words."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.models import CustomField, Device, Link, Port
from inventory.rules.custom import shown_value


@dataclass(frozen=True)
class PortRow:
    """A port and what stands at the other end of its cable."""

    port: Port
    link: Link | None
    far: Port | None


def ports_of(here: Device) -> list[PortRow]:
    """The device's ports with their far ends, in one query for any number of ports."""
    rows = Port.objects.filter(device=here).select_related(
        "link_a__port_b__device__room", "link_b__port_a__device__room"
    )
    found = []
    for port in rows:
        link, far = getattr(port, "link_a", None), None
        if link is not None:
            far = link.port_b
        elif (link := getattr(port, "link_b", None)) is not None:
            far = link.port_a
        found.append(PortRow(port, link, far))
    return found


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
