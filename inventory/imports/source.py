"""Devices as a kind of import (``settings.IMPORT_SOURCES``)."""

from __future__ import annotations

from inventory.access.imports import can_import_devices, sees_all_imports
from inventory.actions.import_devices import prepare_devices
from inventory.imports import columns, reasons
from schools.imports.foreign import ForeignSource

DEVICES = ForeignSource(
    layout=columns.DEVICES,
    app_label="inventory",
    can_import=can_import_devices,
    sees_all=sees_all_imports,
    prepare=prepare_devices,
    new_url="inventory:devices_import",
    undo_url="inventory:devices_undo",
    panel_url="inventory:import_labels",
    reasons=reasons.REASONS,
    fields=reasons.FIELDS,
    words=reasons.WORDS,
)
