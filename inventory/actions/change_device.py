"""A person corrects the facts of a device. Who read an older version is shown both, and chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from inventory.access import can_add, require
from inventory.actions.device_writing import (
    FIELDS,
    lock_device,
    read_own,
    save_or_tell,
    told_value,
)
from inventory.models import Device
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


class ChangedMeanwhile(Exception):
    """Somebody wrote the device since it was read; ``device`` is as it is now."""

    def __init__(self, device: Device) -> None:
        super().__init__(str(device))
        self.device = device


@transaction.atomic
def change_device(user: User, pk: int, facts: Mapping[str, Any], *, seen: int) -> Device:
    """Write the facts that differ. ``seen``: the version that the person read.

    Raises Device.DoesNotExist where unseen, DecisionRefused, ChangedMeanwhile, FactsRefused.
    """
    device = lock_device(user, pk)
    if device.version != seen:
        raise ChangedMeanwhile(device)
    wanted = {name: facts[name] for name in FIELDS if name in facts}
    product = wanted.get("product", device.product)
    if product.pk != device.product_id:
        require(can_add(user, device.site, product))
    if product.category != device.product.category:
        wanted.pop("custom", None)  # the fields of the new category are asked next time
    if "custom" in wanted:
        wanted["custom"] = read_own(product, wanted["custom"], device.custom)
    changed = {name: value for name, value in wanted.items() if getattr(device, name) != value}
    if not changed:
        return device
    before, after = _told(device, changed)
    for name, value in changed.items():
        setattr(device, name, value)
    save_or_tell(device, changed)
    device.refresh_from_db(fields=["version", "changed_at"])
    record_action(user, "change_device", device, site=device.site, before=before, after=after)
    announce("device", device.pk, site=device.site_id)
    return device


def _told(device: Device, changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after; of own fields those that differ, each under its key."""
    before = {name: told_value(getattr(device, name)) for name in changed if name != "custom"}
    after = {name: told_value(value) for name, value in changed.items() if name != "custom"}
    old, new = device.custom, changed.get("custom", device.custom)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            before[key], after[key] = old.get(key), new.get(key)
    return before, after
