"""Devices on which a ticket is open, for pages of lower apps (``settings.DEVICE_TROUBLES``)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from helpdesk.models import Ticket


def open_on_devices(devices: Iterable[int]) -> dict[int, str]:
    """Device → ``signalé en panne``, one query; nothing of the ticket itself is told."""
    wanted = list(devices)
    if not wanted:
        return {}
    rows = Ticket.objects.open().filter(device__in=wanted).values_list("device", flat=True)
    return dict.fromkeys(rows, _("signalé en panne"))
