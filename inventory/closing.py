"""What the inventory answers when places are about to close (``CLOSING_CONSEQUENCES``)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.models import Device


def devices(sites: list[int]) -> tuple[str, int]:
    """Devices that stand at these sites."""
    return _("équipements sur place"), Device.objects.filter(site__in=sites).count()
