"""Which bookables are broken, wholly or in part: state of their devices, tickets on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import Bookable, BookableDevice, DeviceState

FIT = (DeviceState.INSTALLED, DeviceState.IN_STOCK)
Troubles = Callable[[Iterable[int]], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Health:
    """How many pieces of a bookable may be used, of how many; and what is wrong."""

    fit: int
    whole: int
    words: str = ""

    @property
    def broken(self) -> bool:
        """Nothing of it may be used."""
        return self.whole > 0 and self.fit <= 0

    @property
    def short(self) -> bool:
        """Some of it is missing."""
        return 0 < self.fit < self.whole


def health_of(bookables: Iterable[Bookable]) -> dict[int, Health]:
    """Each bookable's health, by key: two queries for any number."""
    wanted = {one.pk: one for one in bookables}
    rows = list(
        BookableDevice.objects.filter(bookable__in=wanted).select_related("device").order_by("pk")
    )
    troubles = device_troubles()(row.device_id for row in rows)
    wrong: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if why := _why(row, wanted[row.bookable_id].site_id, troubles):
            wrong[row.bookable_id].append(f"{row.device.name} : {why}")
    return {pk: _health(one, wrong[pk]) for pk, one in wanted.items()}


def _why(row: BookableDevice, site: int, troubles: dict[int, str]) -> str:
    device = row.device
    if device.state not in FIT:
        return device.get_state_display()
    if device.site_id != site:
        return _("ailleurs")
    return troubles.get(device.pk, "")


def _health(one: Bookable, wrong: list[str]) -> Health:
    fit = one.count - len(wrong)
    if not wrong:
        return Health(one.count, one.count)
    if fit > 0:
        told = ngettext("%(n)d pièce indisponible", "%(n)d pièces indisponibles", len(wrong))
        return Health(fit, one.count, told % {"n": len(wrong)})
    return Health(0, one.count, " ; ".join(wrong[:3]))


def _untroubled(_devices: Iterable[int]) -> dict[int, str]:
    return {}


def device_troubles() -> Troubles:
    """Whoever ``settings.DEVICE_TROUBLES`` names: device → a few words, for those with a fault
    that somebody works on. A higher app knows; this one does not import it."""
    named = getattr(settings, "DEVICE_TROUBLES", "")
    found: Troubles = import_string(named) if named else _untroubled
    return found
