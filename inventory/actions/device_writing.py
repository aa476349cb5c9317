"""Pieces that the actions on devices share: the lock, what may be written, refusals in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, can_change, require
from inventory.models import CustomField, Device, Product
from inventory.rules.custom import Value, read_custom
from schools.models import Role, Site, User

FIELDS = (
    "product", "name", "serial", "asset_number", "mac", "owner", "origin", "installed_on",
    "warranty_until", "cloud_move", "cloud_why", "notes", "custom",
)  # fmt: skip
"""What change_device writes. State, place and holder are moves."""


class FactsRefused(DecisionImpossible):
    """Facts that cannot be written; ``errors``: by field, in words (own fields as ``cf_<key>``)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def lock_device(user: User, pk: int) -> Device:
    """The device, locked, which the person may change. Raises Device.DoesNotExist where unseen."""
    seen = Device.objects.visible_to(user).select_for_update(of=("self",))
    device = seen.select_related("product", "site__school", "room", "holder").get(pk=pk)
    require(can_change(user, device))
    return device


def read_own(product: Product, said: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the category's fields; those of archived fields stay as they were.

    Raises FactsRefused.
    """
    rows = CustomField.objects.of_category(product.category).live()
    live = [row.as_field() for row in rows]
    read = read_custom(live, said)
    if read.errors:
        raise FactsRefused({f"cf_{key}": why for key, why in read.errors.items()})
    asked = {field.key for field in live}
    former: dict[str, Value] = {key: value for key, value in kept.items() if key not in asked}
    return former | read.values


def save_or_tell(device: Device, fields: Iterable[str] | None = None) -> None:
    """Save; a uniqueness that it breaks is told beside its field. Raises FactsRefused."""
    try:
        with transaction.atomic():
            device.save(update_fields=list(fields) if fields is not None else None)
    except IntegrityError as error:
        raise FactsRefused(_taken(device, str(error))) from None


def _taken(device: Device, error: str) -> dict[str, str]:
    """Which of the unique facts another device has. Another school's device is not named."""
    told = {
        "device_name_once_per_site": (
            "name",
            _("Un autre équipement de l’implantation s’appelle déjà « %(what)s ».")
            % {"what": device.name},
        ),
        "device_serial_once": (
            "serial",
            _("Ce numéro de série est déjà dans l’inventaire. Vérifiez-le sur l’étiquette."),
        ),
        "device_asset_number_once": (
            "asset_number",
            _("Cette étiquette est déjà collée sur un autre équipement."),
        ),
        "device_mac_is_canonical": ("mac", _("Exemple d’adresse MAC : 00:1a:2b:3c:4d:5e.")),
    }
    for constraint, (field, why) in told.items():
        if constraint in error:
            return {field: why}
    return {"": _("Ces données se contredisent : vérifiez-les.")}


def told_value(value: Any) -> Any:
    """A value as the journal keeps it."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def holders_at(site: Site) -> models.QuerySet[User]:
    """To whom a device of the site may be entrusted: who has a function in its school."""
    today = timezone.localdate()
    roles = Role.objects.live(today).filter(models.Q(school=site.school_id) | models.Q(site=site))
    return User.objects.filter(is_active=True, roles__in=roles).distinct().order_by("full_name")


def follow(devices: Iterable[int]) -> None:
    """Tell the apps to the left which devices now stand at another site, inside the transaction.

    ``settings.DEVICES_FOLLOWED`` names functions that are given the keys.
    """
    keys = list(devices)
    for name in getattr(settings, "DEVICES_FOLLOWED", ()) if keys else ():
        import_string(name)(keys)


def free_name(site: int, base: str, taken: set[str] | None = None) -> str:
    """``base``, or ``base 2``… where the site has one already."""
    known = taken if taken is not None else names_at(site, base)
    name, n = base[:56], 2
    while name in known:
        name, n = f"{base[:50]} {n}", n + 1
    return name


def names_at(site: int, base: str) -> set[str]:
    """Names at the site that begin so."""
    found = Device.objects.filter(site=site, name__startswith=base[:50])
    return set(found.values_list("name", flat=True))
