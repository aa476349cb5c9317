"""What higher apps know about devices, asked without importing them (see schools/observed.py)."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from schools.observed import Nobody, SiteStates

DeviceStates = SiteStates
"""The same questions, asked about devices."""


def device_states() -> DeviceStates:
    """Whoever ``settings.DEVICE_STATES`` names."""
    named = getattr(settings, "DEVICE_STATES", "")
    return import_string(named)() if named else Nobody()
