"""A device in words and pictures: its icon, its state, what can be done next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory.models import NETWORK, Category, Device, DeviceMove
from inventory.rules.life import NEXT, State

Text = str | Promise
ICONS: dict[str, str] = {
    Category.ROUTER: "router",
    Category.SWITCH: "server-2",
    Category.ACCESS_POINT: "wifi",
    Category.CONTROLLER: "access-point",
    Category.UPS: "battery-charging",
    Category.PRINTER: "printer",
    Category.SERVER: "server",
    Category.NAS: "database",
    Category.BOARD: "presentation",
    Category.PROJECTOR: "device-projector",
    Category.LAPTOP: "device-laptop",
    Category.TABLET: "device-tablet",
    Category.DESKTOP: "device-desktop",
    Category.HOTSPOT: "antenna-bars-5",
    Category.PANEL: "layout-bottombar",
    Category.SOCKET: "plug",
    Category.OTHER: "box",
}
LOOKS: dict[str, tuple[str, str]] = {
    State.ORDERED: ("planned", "truck-delivery"),
    State.IN_STOCK: ("unknown", "building-warehouse"),
    State.INSTALLED: ("ok", "circle-check"),
    State.IN_REPAIR: ("suspect", "tool"),
    State.LENT: ("planned", "hand-move"),
    State.LOST: ("down", "alert-octagon"),
    State.RETIRED: ("unknown", "archive"),
}
"""State of life → the look of its badge and its icon."""
VERBS: dict[str, tuple[str, Text]] = {
    State.IN_STOCK: ("building-warehouse", gettext_lazy("Mettre en stock")),
    State.INSTALLED: ("map-pin", gettext_lazy("Installer")),
    State.IN_REPAIR: ("tool", gettext_lazy("En réparation")),
    State.LOST: ("alert-octagon", gettext_lazy("Perdu ou volé")),
    State.RETIRED: ("archive", pgettext_lazy("device", "Retirer du service")),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button: the state it leads to, its icon and words. ``straight``: nothing is asked first."""

    state: str
    icon: str
    label: Text
    straight: bool = False


def next_steps(device: Device) -> list[NextStep]:
    """The moves that make sense now, the most likely first; moving within a state comes with it."""
    state = State(device.state)
    found = [
        NextStep(after.value, *VERBS[after], straight=_needs_nothing(state, after))
        for after in NEXT[state]
        if after in VERBS
    ]
    if state is State.RETIRED:
        return [NextStep(State.IN_STOCK, "archive-off", _("Remettre en stock"))]
    if state is State.LOST:
        return [
            NextStep(State.IN_STOCK, "circle-check", _("Retrouvé")),
            NextStep(State.RETIRED, *VERBS[State.RETIRED]),
        ]
    if state is State.INSTALLED:
        found.insert(0, NextStep(State.INSTALLED, "map-pin", _("Changer de local")))
    if state is State.IN_REPAIR:
        found[0] = NextStep(State.INSTALLED, "circle-check", _("De retour"), _is_placed(device))
    return found


def _needs_nothing(before: State, after: State) -> bool:
    return after is State.IN_REPAIR or (after is State.IN_STOCK and before is not State.LENT)


def _is_placed(device: Device) -> bool:
    return device.room_id is not None


def is_network(device: Device) -> bool:
    return device.product.category in NETWORK


@dataclass(frozen=True, slots=True)
class Told:
    """A step of the custody history."""

    move: DeviceMove
    look: str
    icon: str
    changes: list[str]


def told_moves(moves: list[DeviceMove]) -> list[Told]:
    """Steps, latest first, each with what it changed from the one before."""
    found = []
    for n, move in enumerate(moves):
        former = moves[n + 1] if n + 1 < len(moves) else None
        look, icon = LOOKS[move.state]
        found.append(Told(move, look, icon, _changes(move, former)))
    return found


def _changes(move: DeviceMove, former: DeviceMove | None) -> list[str]:
    told = []
    if former is None or former.state != move.state:
        told.append(str(move.get_state_display()))
    if former is not None and former.site_id != move.site_id:
        told.append(_("arrivé à %(site)s") % {"site": move.site})
    if (former is None or former.room_id != move.room_id) and move.room_text:
        told.append(_("local %(room)s") % {"room": move.room_text})
    if former is not None and former.room_id and not move.room_id:
        told.append(_("sans local"))
    if (former is None or former.holder_id != move.holder_id) and move.holder:
        told.append(_("confié à %(who)s") % {"who": move.holder})
    if former is not None and former.holder_id and not move.holder_id:
        told.append(_("n’est plus confié à personne"))
    return told
