"""Targets follow their devices: what the register moves to another site is polled there."""

from __future__ import annotations

from django.db import connection

_FOLLOW = """
UPDATE supervision_target t
   SET site_id = d.site_id, next_poll_at = now()
  FROM inventory_device d
 WHERE d.id = t.device_id AND d.id = ANY(%s) AND t.site_id <> d.site_id
"""


def follow_devices(devices: list[int]) -> None:
    """Called inside the transaction that moved them (``settings.DEVICES_FOLLOWED``)."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [devices])
