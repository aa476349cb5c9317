"""Settings of network access: the RADIUS server's door, and the floor under every policy."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from deploy.settings import env

__all__ = [
    "NETWORK_FLOOR",
    "RADIUS_FROM",
    "RADIUS_MAC_DAYS",
    "RADIUS_SILENT_HOURS",
    "RADIUS_TOKEN",
]

RADIUS_TOKEN = env.text("RADIUS_TOKEN")
RADIUS_FROM = [ip_network(one) for one in env.networks("RADIUS_FROM")]
RADIUS_MAC_DAYS = env.number("RADIUS_MAC_DAYS")
RADIUS_SILENT_HOURS = env.number("RADIUS_SILENT_HOURS")
# What no school's policy undercuts (byod/rules/network/floor.py): devices and open sessions per
# person, the charter, and the minutes of a day in which pupils are let in.
NETWORK_FLOOR: dict[str, Any] = {
    "devices": 2,
    "charter": True,
    "pupil_minutes": 6 * 60,
    "sessions": 2,
}
