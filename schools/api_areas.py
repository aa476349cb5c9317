"""The areas that keys and webhooks open, and the apps behind each."""

from __future__ import annotations

from schools.models import TokenScope

AREAS = {
    "schools": TokenScope.REGISTER,
    "inventory": TokenScope.INVENTORY,
    "grants": TokenScope.GRANTS,
    "byod": TokenScope.BYOD,
    "supervision": TokenScope.SUPERVISION,
    "helpdesk": TokenScope.HELPDESK,
}
"""The app a view, or an object of the journal, belongs to → the area that opens it."""
APPS_OF = {
    area.value: [app for app, its in AREAS.items() if its == area] for area in AREAS.values()
}
