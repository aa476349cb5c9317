"""The eight states a thing can show: each has a colour key, an icon and a word, never one alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """`key` is the colour (class `s-<key>`), `icon` a Tabler icon name, `word` what people read."""

    key: str
    icon: str
    word: str | Promise


@dataclass(frozen=True)
class Priority:
    """A ticket's priority, 1 (most urgent) to 4, with the colour that carries it."""

    state: str
    word: str | Promise


STATES: dict[str, State] = {
    state.key: state
    for state in (
        State("down", "alert-octagon", _("En panne")),
        State("degraded", "alert-triangle", _("Dégradé")),
        State("suspect", "hourglass", _("À confirmer")),
        State("effect", "corner-down-right", _("Conséquence")),
        State("recover", "trending-up", _("Se rétablit")),
        State("unknown", "help-circle", _("Inconnu")),
        State("planned", "tool", _("Travaux prévus")),
        State("ok", "circle-check", _("En service")),
    )
}
SEVERITY = {key: rank for rank, key in enumerate(STATES)}  # 0 is the worst

PRIORITIES = {
    1: Priority("down", pgettext_lazy("priority", "Critique")),
    2: Priority("degraded", pgettext_lazy("priority", "Haute")),
    3: Priority("planned", pgettext_lazy("priority", "Normale")),
    4: Priority("unknown", pgettext_lazy("priority", "Basse")),
}


def state_of(key: str) -> State:
    """The state of that key; an unheard-of key is shown as unknown rather than breaking a page."""
    return STATES.get(str(key), STATES["unknown"])


def worst(keys: list[str]) -> str:
    """The key that deserves attention first; `ok` when there is none."""
    return min(keys, key=lambda key: SEVERITY.get(key, SEVERITY["unknown"]), default="ok")
