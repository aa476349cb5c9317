"""Devices as a sheet that can be edited and sent back: the columns of the export and the import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Func, TextField
from django.utils.translation import gettext as _

from inventory.imports.columns import OWN
from inventory.models import Device
from schools.models import User

RELATED = ("product", "room", "holder", "site__school")
"""What a row of the sheet reads beside the device."""


def sheet_heads(own: Iterable[str] = ()) -> list[str]:
    """The headings; ``own``: keys of the fields of one's own, a column each."""
    return [*written_heads(), *read_heads(), *(f"{OWN}:{key}" for key in own)]


def read_heads() -> list[str]:
    """Columns that are there to be read: an import leaves them (``inventory.imports.columns``)."""
    return [_("Fin de support"), _("Passage au cloud\u00a0: pourquoi")]


def written_heads() -> list[str]:
    """Columns that an import takes back, each in its place."""
    return [
        "Code",
        _("Numéro de série"),
        _("Étiquette"),
        _("Adresse MAC"),
        _("Nom"),
        _("Type de numéro"),
        _("N° FASE de l’implantation"),
        _("Établissement"),
        _("Implantation"),
        _("Local"),
        _("Marque"),
        _("Modèle"),
        _("Type"),
        _("Situation"),
        _("Propriétaire"),
        _("Provenance"),
        _("Confié à"),
        _("Passage au cloud"),
        _("Installé le"),
        _("Garantie jusqu’au"),
        _("Remarque"),
        _("Version"),
    ]


def sheet_rows(devices: Iterable[Device], own: Iterable[str] = ()) -> Iterator[list[object]]:
    """A row per device, in the order of :func:`sheet_heads`. The version says which state of the
    device was exported: sent back after somebody changed it, the row is refused."""
    keys = list(own)
    for device in devices:
        yield [
            device.code,
            device.serial or "",
            device.asset_number or "",
            device.mac or "",
            device.name,
            device.site.get_scheme_display(),
            device.site.number or "",
            device.site.school.name,
            device.site.name,
            device.room.name if device.room else "",
            device.product.maker,
            device.product.model,
            device.product.get_category_display(),
            device.get_state_display(),
            device.get_owner_display(),
            device.get_origin_display(),
            device.holder.email if device.holder else "",
            device.get_cloud_move_display() if device.cloud_move else "",
            device.installed_on,
            device.warranty_until,
            device.notes,
            device.version,
            device.product.support_ends_on,
            device.cloud_why,
            *(_own(device.custom.get(key)) for key in keys),
        ]


def _own(value: Any) -> object:
    """A value of an own field as people write it, and as ``rules.custom`` reads it back."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return "" if value is None else value


def own_keys(user: User) -> list[str]:
    """The keys of fields of one's own that devices the person sees have."""
    keys = Func("custom", function="jsonb_object_keys", output_field=TextField())
    seen = Device.objects.visible_to(user).exclude(custom={})
    return sorted(set(seen.values_list(keys, flat=True)))
