"""Devices that stand in a pool of loans, for bookings of a school (``settings.DEVICES_KEPT``)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from byod.models.loans.pools import PoolItem


def pooled_devices(devices: Iterable[int]) -> dict[int, str]:
    """Device → why it is not to be booked: it could leave with a pupil at any moment."""
    rows = PoolItem.objects.in_pool().filter(device__in=[*devices]).select_related("pool")
    return {
        row.device_id: _("dans la réserve de prêt « %s ». Retirez-l’en d’abord.") % row.pool.name
        for row in rows
    }
